import ArgumentParser
import EngineCore

/// `enginectl alerts ack`
struct AlertsAckCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack",
    abstract: "Take note that somebody has seen what fires: it is not told again.")

  @Argument(help: "The rule's id.")
  var rule: String

  @Argument(help: "The instrument; without it all for which the rule fires.")
  var symbol: String?

  @Option(help: "Who has seen it.")
  var by: String?

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let author = by ?? session.environment.variable("USER")
    let reply = try await target.call(
      "ack",
      [
        ("rule", .string(rule)), ("symbol", symbol.map { .string($0) }),
        ("by", author.map { .string($0) }),
      ], in: session)
    try session.show(reply) { reply, _ in
      let count = reply.integer("acknowledged") ?? 0
      return [count == 0 ? "nothing to acknowledge: it does not fire" : "\(count) acknowledged"]
    }
  }
}
