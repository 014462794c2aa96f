import ArgumentParser

/// Events a second on the command line: a number, or `max`.
struct RateArgument: ExpressibleByArgument, Equatable, Sendable {
  /// Nil: as many as possible.
  var rate: UInt64?

  init(rate: UInt64?) { self.rate = rate }

  init?(argument: String) {
    guard argument != "max" else { return }
    guard let rate = UInt64(argument), (1...1_000_000_000).contains(rate) else { return nil }
    self.rate = rate
  }

  var defaultValueDescription: String { rate.map { "\($0)" } ?? "max" }
}
