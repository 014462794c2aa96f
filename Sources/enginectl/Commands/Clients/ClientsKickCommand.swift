import ArgumentParser
import EngineCore

/// `enginectl clients kick`
struct ClientsKickCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "kick", abstract: "Disconnect clients.",
    discussion: """
      `enginectl clients` shows their ids. Clients of the native protocols are told the reason, and \
      that they should not come back.
      """)
  var pace: CommandPace { .change }

  @Argument(help: ArgumentHelp("Ids such as web/12.", valueName: "id"))
  var ids: [ClientPlace]

  @Option(help: ArgumentHelp("What the clients are told.", valueName: "text"))
  var reason: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if ids.isEmpty { throw ValidationError("name a client such as web/12") }
  }

  func perform(in session: Session) async throws(ControlError) {
    let engine = try await session.connect()
    for id in ids {
      _ = try await engine.command(
        "kick",
        [("connection", .integer(id.number)), ("reason", reason.map { .string($0) })],
        of: id.plugin)
    }
    let kicked = ids.map(\.text)
    try session.show(.object([("kicked", .array(kicked.map { .string($0) }))])) { _, _ in
      kicked.map { "\($0) is disconnected" }
    }
  }
}
