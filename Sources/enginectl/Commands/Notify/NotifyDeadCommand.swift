import ArgumentParser
import EngineCore

/// `enginectl notify dead`
struct NotifyDeadCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "dead", abstract: "Show what was given up, and why, newest first.")

  @Option(help: "To this channel.")
  var channel: String?

  @Option(name: [.long, .customShort("n")], help: "How many.")
  var limit = 100

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(1...1000).contains(limit) { throw ValidationError("--limit is 1 to 1000") }
  }

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call(
      "dead", [("channel", channel.map { .string($0) }), ("limit", .integer(limit))], in: session)
    try session.show(reply) { NotifyTables.dead($0, style: $1) }
  }
}
