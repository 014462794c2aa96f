import ArgumentParser
import EngineCore

/// `enginectl alerts list`
struct AlertsListCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the rules, and how many instruments they fire for.")

  @OptionGroup var selection: AlertSelection

  @Option(name: [.long, .customShort("n")], help: "How many.")
  var limit = 1000

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(1...AlertQuery.limitMax).contains(limit) {
      throw ValidationError("--limit is 1 to \(AlertQuery.limitMax)")
    }
    if selection.symbol != nil {
      throw ValidationError("rules are listed as a whole; alerts show RULE has their instruments")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call(
      "list", selection.arguments + [("limit", .integer(limit))], in: session)
    try session.show(reply) { AlertTables.rules($0, style: $1) }
  }
}
