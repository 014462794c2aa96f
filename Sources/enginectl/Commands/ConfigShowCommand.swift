import ArgumentParser
import EngineCore

/// `enginectl config show`
struct ConfigShowCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print the configuration that runs, defaults filled in, secrets masked.")

  @Argument(help: "One plugin only.", completion: .pluginNames)
  var name: String?

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let request = JSONValue.object([]).adding([("name", name.map { .string($0) })])
    try await session.answer("config.show", request) { reply in
      PlainText.lines(reply.text(.indented))
    }
  }
}
