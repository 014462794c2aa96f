internal import Synchronization

/// Runs work that waits (HTTP, mail, databases) away from the lane; results come back through the
/// plugin's inbox.
public final class Background: Sendable {
  private struct State {
    var running: [UInt64: Task<Void, Never>] = [:]
    var next: UInt64 = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let limit: Int
  private let inbox: Inbox
  private let log: Log

  init(limit: Int, inbox: Inbox, log: Log) {
    self.limit = limit
    self.inbox = inbox
    self.log = log
  }

  /// Starts the work unless as much as allowed is under way; a result that is not nil goes to the
  /// inbox. Any thread may call it.
  public func run(_ work: @escaping @Sendable () async -> (any Sendable)?) -> OfferOutcome {
    state.withLock { state in
      if state.isClosed { return .closed }
      if state.running.count >= limit { return .full }
      state.next += 1
      let id = state.next
      state.running[id] = Task { [self] in
        if let result = await work(), inbox.offer(result) == .full {
          log.warning("a result of background work found the inbox full and was dropped")
        }
        self.state.withLock { state in state.running[id] = nil }
      }
      return .accepted
    }
  }

  /// Cancels what is under way.
  func close() {
    let tasks = state.withLock { state in
      state.isClosed = true
      return Array(state.running.values)
    }
    for task in tasks { task.cancel() }
  }
}
