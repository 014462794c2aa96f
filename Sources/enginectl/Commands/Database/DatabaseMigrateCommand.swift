import ArgumentParser
import EngineCore

/// `enginectl db migrate`
struct DatabaseMigrateCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Bring the store of bars to a version, up or down.",
    discussion: """
      The plugin brings the store to its own version when it starts. Before an older program takes \
      over, bring it down to that one's version: the plugin then lets go of it.
      """)

  @Option(help: ArgumentHelp("The version. Default: this program's.", valueName: "version"))
  var to: Int?

  @OptionGroup var target: HistoryTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let to, to < 0 { throw ValidationError("--to is 0 or more") }
  }

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call("migrate", [("to", to.map { .integer($0) })], in: session)
    try session.show(reply) { reply, _ in
      let versions = (reply.integer("from") ?? 0, reply.integer("to") ?? 0)
      let line =
        versions.0 == versions.1
        ? "the store has version \(versions.1)"
        : "the store went from version \(versions.0) to \(versions.1)"
      return reply.flag("released")
        ? [line, "the plugin has let go of it: start the older program, or restart the plugin"]
        : [line]
    }
  }
}
