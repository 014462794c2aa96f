import Synchronization

/// One end of a connection in memory, for tests and for calls within a process.
///
/// What one end sends the other receives, in pieces as large as `chunk` allows.
public final class LoopbackTransport: ByteTransport {
  private struct State {
    var inbox: [UInt8] = []
    var becameWritable = false
    var budget: WriteBudget
    var closeReason: CloseReason?
    var waiter: CheckedContinuation<TransportEvent, Never>?
  }

  private let state: Mutex<State>
  private let peer = Mutex<Peer>(Peer())
  private let chunk: @Sendable (Int) -> Int

  private struct Peer {
    weak var transport: LoopbackTransport?
  }

  private init(budget: WriteBudget, chunk: @escaping @Sendable (Int) -> Int) {
    state = Mutex(State(budget: budget))
    self.chunk = chunk
  }

  deinit {
    peer.withLock { $0.transport }?.end(CloseReason(.peerClosed, "the other side is gone"))
  }

  /// Two ends that are connected. `budget` bounds what waits in each direction; `chunk` says how
  /// many of the bytes that wait are received at a time, so that a test can cut them anywhere.
  public static func pair(
    budget: WriteBudget = WriteBudget(), chunk: @escaping @Sendable (Int) -> Int = { $0 }
  ) -> (LoopbackTransport, LoopbackTransport) {
    let left = LoopbackTransport(budget: budget, chunk: chunk)
    let right = LoopbackTransport(budget: budget, chunk: chunk)
    left.peer.withLock { $0.transport = right }
    right.peer.withLock { $0.transport = left }
    return (left, right)
  }

  public func send(_ bytes: [UInt8]) -> TransportSendOutcome {
    guard let peer = peer.withLock({ $0.transport }) else { return .closed }
    let outcome: TransportSendOutcome = state.withLock { state in
      guard state.closeReason == nil else { return .closed }
      return switch state.budget.offer(bytes.count) {
      case .accepted: .accepted
      case .acceptedNowFull: .acceptedNowFull
      case .overLimit: .overLimit
      }
    }
    if outcome == .accepted || outcome == .acceptedNowFull { peer.deliver(bytes) }
    return outcome
  }

  public func receive() async -> TransportEvent {
    await withCheckedContinuation { waiter in
      let (event, taken) = state.withLock { state -> (TransportEvent?, Int) in
        let event = nextEvent(&state)
        if event == nil { state.waiter = waiter }
        if case .bytes(let bytes)? = event { return (event, bytes.count) }
        return (event, 0)
      }
      if taken > 0 { peer.withLock { $0.transport }?.wrote(taken) }
      if let event { waiter.resume(returning: event) }
    }
  }

  public func close(flushing: Bool) {
    let peer = peer.withLock { $0.transport }
    end(CloseReason(.shutDown, "closed by this side"))
    peer?.end(CloseReason(.peerClosed, "the other side closed"))
  }

  /// Breaks the connection for both ends, as when a network fails. What waits is lost.
  public func cut() {
    let reason = CloseReason(.transportFailed, "connection reset")
    let peer = peer.withLock { $0.transport }
    for end in [self, peer] {
      end?.state.withLock { $0.inbox = [] }
      end?.end(reason)
    }
  }

  private func nextEvent(_ state: inout State) -> TransportEvent? {
    if !state.inbox.isEmpty {
      let count = min(max(1, chunk(state.inbox.count)), state.inbox.count)
      let bytes = Array(state.inbox[..<count])
      state.inbox.removeFirst(count)
      return .bytes(bytes)
    }
    if state.becameWritable {
      state.becameWritable = false
      return .writable
    }
    return state.closeReason.map { .closed($0) }
  }

  private func deliver(_ bytes: [UInt8]) {
    change { state in
      if state.closeReason == nil { state.inbox.append(contentsOf: bytes) }
    }
  }

  private func wrote(_ count: Int) {
    change { state in
      if state.budget.written(count) { state.becameWritable = true }
    }
  }

  private func end(_ reason: CloseReason) {
    change { state in
      if state.closeReason == nil { state.closeReason = reason }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let (waiter, event, taken) = state.withLock {
      state -> (CheckedContinuation<TransportEvent, Never>?, TransportEvent?, Int) in
      body(&state)
      guard let waiter = state.waiter, let event = nextEvent(&state) else { return (nil, nil, 0) }
      state.waiter = nil
      if case .bytes(let bytes) = event { return (waiter, event, bytes.count) }
      return (waiter, event, 0)
    }
    if taken > 0 { peer.withLock { $0.transport }?.wrote(taken) }
    if let waiter, let event { waiter.resume(returning: event) }
  }
}
