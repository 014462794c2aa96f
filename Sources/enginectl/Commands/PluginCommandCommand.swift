import ArgumentParser
import EngineCore

/// `enginectl command`
struct PluginCommandCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "command", abstract: "Give a plugin one of its own commands.",
    discussion: "`enginectl status NAME` lists the commands that a plugin takes.")

  @Argument(help: "The plugin's name.", completion: .pluginNames)
  var name: String

  @Argument(help: "The command.")
  var command: String

  @Argument(
    help: ArgumentHelp(
      "Arguments. A value that is JSON is taken as such, else as text.", valueName: "key=value"))
  var words: [String] = []

  @Option(help: ArgumentHelp("All arguments as one JSON object.", valueName: "json"))
  var arguments: String?

  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try parsedArguments() }

  /// The arguments as the daemon gets them.
  func parsedArguments() throws -> JSONValue {
    if arguments != nil && !words.isEmpty {
      throw ValidationError("give key=value words or --arguments, not both")
    }
    do throws(CommandArguments.Fault) {
      if let arguments { return try CommandArguments.object(json: arguments) }
      return try CommandArguments.object(words)
    } catch {
      throw ValidationError(error.message)
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    // Checked by `validate` before.
    let arguments = (try? parsedArguments()) ?? .object([])
    try await PluginCall(name: name, command: command, arguments: arguments).perform(in: session)
  }
}
