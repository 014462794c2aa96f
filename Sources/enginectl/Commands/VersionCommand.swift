import ArgumentParser
import BinaryProtocol
import EngineCore

/// `enginectl version`
struct VersionCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the version of this tool.")

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let newest = WireFormat.versions.upperBound
    if session.output.isJSON {
      return try session.output.json(
        .object([
          ("name", .string("enginectl")), ("version", .string(Release.version)),
          ("protocol", .integer(newest)),
        ]))
    }
    try session.output.lines(["enginectl \(Release.version) (protocol \(newest))"])
  }
}
