import EngineCore

/// Wall time stands still at 12:34:56 on 2 January 2026; monotonic time runs, for timeouts.
struct FixedClock: EngineClock {
  static let instant = Timestamp("2026-01-02T12:34:56Z") ?? .zero

  func now() -> Timestamp { Self.instant }
  func monotonicNanos() -> Int64 { SystemClock().monotonicNanos() }
}
