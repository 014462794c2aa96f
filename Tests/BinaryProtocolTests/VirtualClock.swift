import BinaryProtocol
import Synchronization

/// A clock that a test turns by hand.
final class VirtualClock: ConnectionClock {
  private struct Sleeper {
    var id: Int
    var until: Int64
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: Int64 = 0
    var nextID = 0
    var sleepers: [Sleeper] = []
    var cancelled: Set<Int> = []
    /// Those who wait for somebody to sleep until a time.
    var watchers: [(until: Int64, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var nowNanos: Int64 { state.withLock { $0.now } }

  func sleep(untilNanos: Int64) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (resumed, watchers) = state.withLock {
          state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
          if state.cancelled.remove(id) != nil { return (.failure(CancellationError()), []) }
          if state.now >= untilNanos { return (.success(()), []) }
          state.sleepers.append(Sleeper(id: id, until: untilNanos, continuation: continuation))
          let woken = state.watchers.filter { $0.until == untilNanos }.map(\.continuation)
          state.watchers.removeAll { $0.until == untilNanos }
          return (nil, woken)
        }
        for watcher in watchers { watcher.resume() }
        if let resumed { continuation.resume(with: resumed) }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
          state.cancelled.insert(id)
          return nil
        }
        return state.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Returns when somebody sleeps until exactly this time.
  func waitForSleeper(until: Int64) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.sleepers.contains(where: { $0.until == until }) { return true }
        state.watchers.append((until, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// Moves the time on and wakes those whose time has come.
  func advance(to time: Int64) {
    let due = state.withLock { state in
      state.now = max(state.now, time)
      let due = state.sleepers.filter { $0.until <= time }
      state.sleepers.removeAll { $0.until <= time }
      return due
    }
    for sleeper in due { sleeper.continuation.resume() }
  }
}
