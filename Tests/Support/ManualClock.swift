public import EngineCore
internal import Synchronization

/// A clock that moves only when a test says so.
public final class ManualClock: EngineClock {
  private struct State {
    var wall: Int64
    var monotonic: Int64
  }

  private let state: Mutex<State>

  /// Starts at 2026-01-01T00:00:00Z.
  public init(_ start: Timestamp = Timestamp(nanoseconds: 1_767_225_600_000_000_000)) {
    state = Mutex(State(wall: start.nanoseconds, monotonic: 1_000_000_000))
  }

  public func now() -> Timestamp { Timestamp(nanoseconds: state.withLock { $0.wall }) }
  public func monotonicNanos() -> Int64 { state.withLock { $0.monotonic } }

  public func advance(nanos: Int64) {
    state.withLock { state in
      state.wall += nanos
      state.monotonic += nanos
    }
  }

  /// Moves only the wall clock, as when somebody sets it.
  public func jump(nanos: Int64) {
    state.withLock { $0.wall += nanos }
  }
}
