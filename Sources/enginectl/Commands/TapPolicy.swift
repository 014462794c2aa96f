import ArgumentParser

/// What happens to a tap that is slower than the bus.
enum TapPolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// Older events are dropped, and a gap says which.
  case dropOldest = "drop-oldest"
  /// The newest state of each instrument is kept.
  case conflate
}
