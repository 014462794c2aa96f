import ArgumentParser
import EngineCore

/// `enginectl reload`
struct ReloadCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Read the configuration file again and change only what differs.",
    discussion: "A file with faults changes nothing; every fault is printed.")
  var pace: CommandPace { .change }

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let request = JSONValue.object([("dry_run", .bool(dryRun))])
    let reply = try await session.connect().call("config.reload", request)
    let plan = ReloadPlan(reply)
    if session.output.isJSON {
      try session.output.json(reply)
    } else {
      try session.output.lines(plan.lines(isDryRun: dryRun, style: session.output.style))
    }
    if !plan.faults.isEmpty { throw .told }
  }
}
