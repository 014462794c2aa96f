internal import Synchronization

/// What became of a message.
public enum OfferOutcome: Sendable, Equatable {
  case accepted
  /// The plugin has not taken in what it was sent before: try later, or drop and count.
  case full
  /// The plugin has stopped.
  case closed
}

/// Bounded hand-over from event loops and background work to a plugin's lane.
public final class Inbox: Sendable {
  private struct State {
    var messages: [any Sendable] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let waiting = Atomic<Int>(0)
  private let limit: Int
  private let wakeLane: @Sendable () -> Void

  init(limit: Int, wakeLane: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.wakeLane = wakeLane
  }

  /// Hands over one message; any thread may call it.
  public func offer(_ message: any Sendable) -> OfferOutcome {
    let outcome: OfferOutcome = state.withLock { state in
      if state.isClosed { return .closed }
      if state.messages.count >= limit { return .full }
      state.messages.append(message)
      waiting.store(state.messages.count, ordering: .releasing)
      return .accepted
    }
    if outcome == .accepted { wakeLane() }
    return outcome
  }

  var isEmpty: Bool { waiting.load(ordering: .acquiring) == 0 }

  func take() -> [any Sendable] {
    state.withLock { state in
      defer { state.messages.removeAll(keepingCapacity: true) }
      waiting.store(0, ordering: .relaxed)
      return state.messages
    }
  }

  /// Does something unless the inbox is closed; it is not closed meanwhile.
  func whileOpen(_ body: () -> Void) {
    state.withLock { state in
      if !state.isClosed { body() }
    }
  }

  func close() {
    state.withLock { state in
      state.isClosed = true
      state.messages.removeAll()
      waiting.store(0, ordering: .relaxed)
    }
  }
}
