import ArgumentParser
import EngineCore

/// `enginectl bars late`
struct BarsLateCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "late", abstract: "Show the newest ticks that came after their bar was closed.")

  @Option(name: [.long, .customShort("n")], help: "How many.")
  var last = 20

  @OptionGroup var target: BarsTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(1...10_000).contains(last) { throw ValidationError("--last is 1 to 10000") }
  }

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call("late", [("last", .integer(last))], in: session)
    try session.show(reply) { BarTables.late($0, style: $1) }
  }
}
