import ArgumentParser
import EngineCore

/// `enginectl alerts explain`
struct AlertsExplainCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a rule fires or does not, with the values that it sees.")

  @Argument(help: "The rule's id.")
  var rule: String

  @Argument(help: "The instrument; without it the one whose state matters most.")
  var symbol: String?

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call(
      "explain", [("rule", .string(rule)), ("symbol", symbol.map { .string($0) })], in: session)
    try session.show(reply) { AlertTables.explanation($0, style: $1) }
  }
}
