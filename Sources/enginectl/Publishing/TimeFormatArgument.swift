import ArgumentParser
import TickFiles

/// A time format on the command line.
struct TimeFormatArgument: ExpressibleByArgument, Equatable, Sendable {
  var format: TimeFormat

  init?(argument: String) {
    guard let format = TimeFormat(argument) else { return nil }
    self.format = format
  }
}
