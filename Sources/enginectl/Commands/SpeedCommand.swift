import ArgumentParser
import EngineCore

/// `enginectl speed`
struct SpeedCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "speed", abstract: "Set the speed of a replay.")

  @Argument(help: "The replay's name.", completion: .pluginNames)
  var name: String

  @Argument(help: "A factor, such as 0.5 or 100, or max.")
  var speed: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard speed == "max" || CommandArguments.value(speed).number != nil else {
      throw ValidationError("expected a number above zero or max, found \"\(speed)\"")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    try await PluginCall(
      name: name, command: "speed",
      arguments: .object([("speed", CommandArguments.value(speed))])
    ).perform(in: session)
  }
}
