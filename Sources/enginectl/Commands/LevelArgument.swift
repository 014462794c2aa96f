import ArgumentParser
import EngineCore

/// A log level on the command line.
struct LevelArgument: ExpressibleByArgument, Equatable, Sendable {
  var level: LogLevel

  init(level: LogLevel) { self.level = level }

  init?(argument: String) {
    guard let level = LogLevel(rawValue: argument) else { return nil }
    self.level = level
  }

  static var allValueStrings: [String] { LogLevel.allCases.map(\.rawValue) }
}
