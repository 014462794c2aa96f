import ArgumentParser

/// Where a tap begins.
enum TapStart: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// With the next event.
  case live
  /// With the oldest that the ring still has.
  case oldest
}
