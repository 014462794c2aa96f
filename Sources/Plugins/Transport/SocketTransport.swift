public import BinaryProtocol
internal import NIOCore
internal import Synchronization

/// A NIO channel as a `ByteTransport`.
///
/// Reads on demand: the socket is read when somebody waits in `receive` and nothing is buffered, so
/// that at most one round of reads is held. Writes are counted against a `WriteBudget` from `send`
/// until the kernel has them.
public final class SocketTransport: ByteTransport {
  private struct State {
    var inbox: [UInt8] = []
    var budget: WriteBudget
    var becameWritable = false
    var closeReason: CloseReason?
    var isClosing = false
    var waiter: CheckedContinuation<TransportEvent, Never>?
  }

  /// How long bytes that are queued at `close(flushing: true)` may take.
  static let lingerNanos: Int64 = 2_000_000_000

  private let channel: any Channel
  private let state: Mutex<State>

  init(channel: any Channel, budget: WriteBudget) {
    self.channel = channel
    state = Mutex(State(budget: budget))
  }

  /// Adds a transport to a channel. To be called in its initializer, on the event loop.
  static func install(on channel: any Channel, budget: WriteBudget) throws -> SocketTransport {
    let transport = SocketTransport(channel: channel, budget: budget)
    try channel.pipeline.syncOperations.addHandler(SocketHandler(transport))
    return transport
  }

  public func send(_ bytes: [UInt8]) -> TransportSendOutcome {
    let count = bytes.count
    let outcome: TransportSendOutcome = state.withLock { state in
      guard state.closeReason == nil, !state.isClosing else { return .closed }
      return switch state.budget.offer(count) {
      case .accepted: .accepted
      case .acceptedNowFull: .acceptedNowFull
      case .overLimit: .overLimit
      }
    }
    guard outcome == .accepted || outcome == .acceptedNowFull else { return outcome }
    channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { [weak self] _ in
      self?.change { if $0.budget.written(count) { $0.becameWritable = true } }
    }
    return outcome
  }

  public func receive() async -> TransportEvent {
    await withCheckedContinuation { waiter in
      let event = state.withLock { state -> TransportEvent? in
        let event = Self.nextEvent(&state)
        if event == nil { state.waiter = waiter }
        return event
      }
      if let event { waiter.resume(returning: event) } else { channel.read() }
    }
  }

  public func close(flushing: Bool) {
    let isFirst = state.withLock { state in
      defer { state.isClosing = true }
      return !state.isClosing
    }
    guard isFirst || !flushing else { return }
    // A channel that is closed already, perhaps with its event loop, takes no more work.
    guard flushing, channel.isActive else { return channel.close(promise: nil) }
    let channel = channel
    let timer = channel.eventLoop.scheduleTask(in: .nanoseconds(Self.lingerNanos)) {
      channel.close(promise: nil)
    }
    // An empty write completes after everything that was queued before it.
    channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
      timer.cancel()
      channel.close(promise: nil)
    }
  }

  /// Bytes that wait to be written.
  public var pendingBytes: Int { state.withLock { $0.budget.pendingBytes } }

  func received(_ buffer: ByteBuffer) {
    change { $0.inbox.append(contentsOf: buffer.readableBytesView) }
  }

  func ended(_ reason: CloseReason) {
    change { if $0.closeReason == nil { $0.closeReason = reason } }
  }

  private static func nextEvent(_ state: inout State) -> TransportEvent? {
    if !state.inbox.isEmpty {
      defer { state.inbox = [] }
      return .bytes(state.inbox)
    }
    if state.becameWritable {
      state.becameWritable = false
      return .writable
    }
    return state.closeReason.map { .closed($0) }
  }

  /// Changes the state and wakes the reader when there is something for it.
  private func change(_ body: (inout State) -> Void) {
    let woken = state.withLock {
      state -> (CheckedContinuation<TransportEvent, Never>, TransportEvent)? in
      body(&state)
      guard let waiter = state.waiter, let event = Self.nextEvent(&state) else { return nil }
      state.waiter = nil
      return (waiter, event)
    }
    if let (waiter, event) = woken { waiter.resume(returning: event) }
  }
}
