import ArgumentParser
import EngineCore

/// `enginectl logs`
struct LogsCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print the daemon's last log lines, and go on with -f.")

  @Flag(name: .shortAndLong, help: "Go on as lines come.")
  var follow = false

  @Option(name: [.long, .customShort("n")], help: "How many lines of before.")
  var last = 100

  @Option(help: "Only lines of this plugin; engine is the engine itself.", completion: .pluginNames)
  var plugin: String?

  @Option(help: "Only lines of this level and above.", completion: .logLevels)
  var level: LevelArgument?

  @OptionGroup var common: CommonOptions

  var pace: CommandPace { follow ? .stream : .question }

  func validate() throws {
    if last < 0 { throw ValidationError("--last is 0 or more") }
  }

  var request: JSONValue {
    JSONValue.object([("last", .integer(last))]).adding([
      ("plugin", plugin.map { .string($0) }), ("level", level.map { .string($0.level.rawValue) }),
    ])
  }

  func perform(in session: Session) async throws(ControlError) {
    let style = session.output.style
    guard follow else {
      return try await session.answer("logs.read", request) { reply throws(ControlError) in
        try reply.list("lines", of: "logs.read").map { LogLine.text($0, style: style) }
      }
    }
    let output = session.output
    try await session.connect().stream("logs.follow", request) { line throws(ControlError) in
      try output.lines([output.isJSON ? line.text() : LogLine.text(line, style: style)])
      return true
    }
  }
}
