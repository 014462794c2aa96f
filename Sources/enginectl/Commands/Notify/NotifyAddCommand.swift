import ArgumentParser
import EngineCore

/// `enginectl notify add`
struct NotifyAddCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a channel, or put it in the place of the one of its name.",
    discussion: """
      It is kept across restarts until notify remove. Secrets have to be references, such as \
      ${HOOK_SECRET}: the engine reads them from its own environment.
      """)

  @Option(
    help: ArgumentHelp(
      "A file with the channel, as the configuration has it; several in a list.",
      valueName: "path"),
    completion: .file(extensions: ["json"]))
  var file: String

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    guard let bytes = session.environment.file(file) else {
      throw ControlError(.usage, "\(file) cannot be read")
    }
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONReader().read(bytes)
    } catch {
      throw ControlError(
        .usage, "\(file):\(error.position): expected \(error.expected), found \(error.found)")
    }
    var names: [String] = []
    for channel in json.array ?? [json] {
      let reply = try await target.call("add", [("channel", channel)], in: session)
      names.append(reply.text("channel") ?? "?")
    }
    try session.show(.object([("added", .array(names.map { .string($0) }))])) { _, _ in
      names.map { "\(PlainText.line($0)) is added" }
    }
  }
}
