internal import Synchronization

/// Runs work that waits (HTTP, mail, databases) away from the lane; results come back through the
/// plugin's inbox.
public final class Background: Sendable {
  private struct State {
    var running: [UInt64: Task<Void, Never>] = [:]
    /// How many have a thread of their own.
    var blocking = 0
    /// By their names.
    var threads: [String: BlockingThreads] = [:]
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
      if state.running.count + state.blocking >= limit { return .full }
      state.next += 1
      let id = state.next
      state.running[id] = Task { [self] in
        give(await work())
        self.state.withLock { state in state.running[id] = nil }
      }
      return .accepted
    }
  }

  /// Starts work that waits for a disk or counts for long, unless as much as allowed is under way.
  ///
  /// It has a thread of its own that stands back, and that is used again within a second: the
  /// threads that tasks share are as many as there are processors, and a lane that has something to
  /// do would wait for one of them to be done. It cannot be cancelled. A result that is not nil
  /// goes to the inbox. Any thread may call it.
  public func block(_ name: String, _ work: @escaping @Sendable () -> (any Sendable)?)
    -> OfferOutcome
  {
    let (outcome, threads) = state.withLock { state -> (OfferOutcome, BlockingThreads?) in
      if state.isClosed { return (.closed, nil) }
      if state.running.count + state.blocking >= limit { return (.full, nil) }
      state.blocking += 1
      let threads = state.threads[name] ?? BlockingThreads(name: name, isBackground: true)
      state.threads[name] = threads
      return (.accepted, threads)
    }
    guard let threads else { return outcome }
    let isStarted = threads.start { [self] in
      give(work())
      state.withLock { $0.blocking -= 1 }
    }
    guard !isStarted else { return .accepted }
    state.withLock { $0.blocking -= 1 }
    return .full
  }

  private func give(_ result: (any Sendable)?) {
    guard let result, inbox.offer(result) == .full else { return }
    log.warning("a result of background work found the inbox full and was dropped")
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
