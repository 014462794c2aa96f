import ArgumentParser
import EngineCore

/// A command of `enginectl alerts` about one rule, which the plugin knows by the same name.
protocol RuleCommand: ControlCommand {
  var rule: String { get }
  var target: AlertsTarget { get }
}

extension RuleCommand {
  /// Sends it; shows what the rule is like then.
  func perform(in session: Session) async throws(ControlError) {
    try session.show(try await reply(in: session)) { AlertTables.rule($0, style: $1) }
  }

  func reply(in session: Session) async throws(ControlError) -> JSONValue {
    try await target.call(
      Self.configuration.commandName ?? "", [("rule", .string(rule))], in: session)
  }
}
