internal import CPlatform

/// The only source of time. Hot code reads it once a batch.
public protocol EngineClock: Sendable {
  /// Wall time: what events are stamped with. May jump.
  func now() -> Timestamp
  /// Nanoseconds on a clock that never goes back: what durations are measured with.
  func monotonicNanos() -> Int64
}

/// The machine's clocks.
public struct SystemClock: EngineClock {
  public init() {}
  public func now() -> Timestamp { Timestamp(nanoseconds: tw_realtime_ns()) }
  public func monotonicNanos() -> Int64 { tw_monotonic_ns() }
}
