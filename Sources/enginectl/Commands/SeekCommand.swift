import ArgumentParser
import EngineCore

/// `enginectl seek`
struct SeekCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "seek", abstract: "Let a replay go on from another time.")

  @Argument(help: "The replay's name.", completion: .pluginNames)
  var name: String

  @Argument(help: "Where to go, such as 2014-05-02T09:00:00Z; UTC when no zone is named.")
  var time: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard Timestamp(time) != nil else {
      throw ValidationError(
        "expected a time such as 2014-05-02T09:00:00Z or a date, found \"\(time)\"")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    try await PluginCall(
      name: name, command: "seek", arguments: .object([("time", .string(time))])
    ).perform(in: session)
  }
}
