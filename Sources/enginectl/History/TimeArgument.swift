import ArgumentParser
import EngineCore

/// A time on the command line, as ISO 8601, a date, or nanoseconds since 1970.
struct TimeArgument: ExpressibleByArgument, Sendable {
  let time: Timestamp

  init?(argument: String) {
    guard let time = Timestamp(argument) else { return nil }
    self.time = time
  }
}
