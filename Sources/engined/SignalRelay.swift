internal import Synchronization

/// Carries signals from the thread that waits for them to the daemon, once there is one.
final class SignalRelay: Sendable {
  private struct State {
    var handler: (@Sendable (Int32) -> Void)?
    var early: [Int32] = []
  }

  private let state = Mutex(State())

  func received(_ signal: Int32) {
    let handler = state.withLock { state in
      if state.handler == nil { state.early.append(signal) }
      return state.handler
    }
    handler?(signal)
  }

  /// From now on signals go there; those that came before go there first.
  func start(_ handler: @escaping @Sendable (Int32) -> Void) {
    let early = state.withLock { state in
      state.handler = handler
      defer { state.early = [] }
      return state.early
    }
    for signal in early { handler(signal) }
  }
}
