import ArgumentParser
import EngineCore

/// `enginectl log-level`
struct LogLevelCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "log-level", abstract: "Show or set how much is logged.",
    discussion: """
      log-level            shows all levels
      log-level sim        shows the level of sim
      log-level debug      sets the level of what has none of its own
      log-level sim debug  sets the level of sim
      """)

  @Argument(help: "A plugin, or a level for all.", completion: .pluginNames)
  var plugin: String?

  @Argument(help: "trace, debug, info, warning or error.", completion: .logLevels)
  var level: LevelArgument?

  @OptionGroup var common: CommonOptions

  var request: JSONValue {
    // One word that is a level is meant as one: a plugin of that name takes two words.
    if level == nil, let only = plugin, LogLevel(rawValue: only) != nil {
      return .object([("level", .string(only))])
    }
    return JSONValue.object([]).adding([
      ("plugin", plugin.map { .string($0) }), ("level", level.map { .string($0.level.rawValue) }),
    ])
  }

  func perform(in session: Session) async throws(ControlError) {
    let style = session.output.style
    try await session.answer("logs.level", request) { reply throws(ControlError) in
      let levels = try reply.list("levels", of: "logs.level")
      let rows = levels.map {
        [Cell($0.text("plugin") ?? "(all others)"), Cell($0.text("level") ?? "-")]
      }
      return Table([.text("PLUGIN"), .text("LEVEL")], rows: rows).lines(style)
    }
  }
}
