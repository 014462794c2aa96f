/// One side of an open WebSocket, as a value: bytes and time go in, events come out.
///
/// It does no I/O and reads no clock. The owner asks `next` until it returns nil for every piece of
/// input, performs the events in order, and calls `timePassed` when `nextDeadline` has come. `now`
/// is on one monotonic clock, in nanoseconds.
public struct WebSocketConnection {
  private enum Phase: Equatable {
    case open
    /// We have sent a close frame and wait for the other side's.
    case closing(deadline: Int64)
    /// Both were sent; a client leaves it to the server to end the connection.
    case closed(deadline: Int64)
    case over
  }

  private let role: WebSocketRole
  private let limits: WebSocketLimits
  private var decoder: WebSocketDecoder
  private var phase = Phase.open
  /// How it ends, once that is known.
  private var closure: WebSocketClosure?
  private var queue: [WebSocketEvent] = []
  private var lastHeard: Int64
  /// Since when nothing was heard after a ping.
  private var silentSince: Int64?
  /// When the last ping was sent whose answer has not come.
  private var pingSent: Int64?
  private var pings: UInt64 = 0
  private var masks: SeededMasks?

  /// A connection whose opening handshake is done. A client draws its masks from `maskSeed`, which
  /// should be random.
  public init(
    role: WebSocketRole, limits: WebSocketLimits = WebSocketLimits(),
    deflate: DeflateAgreement? = nil, maskSeed: UInt64 = 0, now: Int64
  ) {
    self.role = role
    self.limits = limits
    decoder = WebSocketDecoder(role: role, limits: limits, deflate: deflate)
    lastHeard = now
    masks = role == .client ? SeededMasks(seed: maskSeed) : nil
  }

  /// Whether messages may be sent.
  public var isOpen: Bool { phase == .open }

  /// Whether the last event was returned.
  public var isOver: Bool { phase == .over && queue.isEmpty }

  /// When `timePassed` has something to do; nil when never.
  public var nextDeadline: Int64? {
    switch phase {
    case .over: return nil
    case .closing(let deadline), .closed(let deadline): return deadline
    case .open:
      guard limits.pingNanos > 0 else { return nil }
      if let silentSince { return Self.sum(silentSince, limits.pongNanos) }
      return Self.sum(lastHeard, limits.pingNanos)
    }
  }

  /// The next thing in the input; nil when it is used up.
  public mutating func next(
    _ bytes: RawSpan, _ position: inout Int, now: Int64
  ) -> WebSocketEvent? {
    // Any byte is a sign of life.
    if position < bytes.byteCount { (lastHeard, silentSince) = (now, nil) }
    while true {
      if !queue.isEmpty { return queue.removeFirst() }
      if phase == .over { position = bytes.byteCount }
      guard position < bytes.byteCount else {
        decoder.releaseDelivered()
        return nil
      }
      do throws(WebSocketError) {
        guard let item = try decoder.next(bytes, &position) else { return nil }
        if let event = handle(item, now: now) { return event }
      } catch {
        fail(error)
      }
    }
  }

  /// Reads the bytes of a message that `next` has just returned for that input.
  public func withPayload<Result>(
    of message: WebSocketMessage, in input: RawSpan, _ body: (RawSpan) -> Result
  ) -> Result {
    decoder.withPayload(of: message, in: input, body)
  }

  /// Looks at every deadline.
  public mutating func timePassed(now: Int64) -> [WebSocketEvent] {
    guard let nextDeadline, now >= nextDeadline else { return [] }
    switch phase {
    case .over: return []
    case .open:
      if silentSince != nil {
        queue.append(.send(closeFrame(.timeout, "no sign of life after a ping")))
        end(WebSocketClosure(.timeout, "no sign of life", isClean: false, isByPeer: false))
      } else {
        return [.send(ping(now: now))]
      }
    case .closing:
      let ours = closure ?? WebSocketClosure(.abnormal, "", isClean: false, isByPeer: false)
      end(ours)
    case .closed:
      if let closure { end(closure) }
    }
    return takeQueue()
  }

  /// A ping frame to send now.
  public mutating func ping(now: Int64) -> [UInt8] {
    pings += 1
    pingSent = now
    if silentSince == nil { silentSince = now }
    let payload = (0..<8).map { UInt8(truncatingIfNeeded: pings >> UInt64(8 * $0)) }
    return frame(.ping, payload)
  }

  /// Begins to close; nothing may be sent after it.
  public mutating func close(
    _ code: WebSocketCloseCode, _ reason: String, now: Int64
  ) -> [WebSocketEvent] {
    guard phase == .open else { return [] }
    closure = WebSocketClosure(code, reason, isClean: false, isByPeer: false)
    phase = .closing(deadline: Self.sum(now, limits.closeNanos))
    return [.send(closeFrame(code, reason))]
  }

  /// The transport is gone; how the connection ended.
  public mutating func transportClosed() -> WebSocketClosure? {
    guard phase != .over else { return nil }
    phase = .over
    queue = []
    return closure
      ?? WebSocketClosure(
        .abnormal, "the connection ended without a close frame", isClean: false, isByPeer: true)
  }

  // MARK: -

  private mutating func handle(_ item: WebSocketItem, now: Int64) -> WebSocketEvent? {
    switch item {
    case .message(let message):
      // Between our close frame and theirs what comes is no longer looked at.
      return phase == .open ? .message(message) : nil
    case .ping(let payload):
      return phase == .open ? .send(frame(.pong, payload)) : nil
    case .pong(let payload):
      let expected = (0..<8).map { UInt8(truncatingIfNeeded: pings >> UInt64(8 * $0)) }
      guard let sent = pingSent, payload == expected else { return nil }
      pingSent = nil
      return .pong(roundTripNanos: now - sent)
    case .close(let code, let reason):
      return handleClose(code, reason, now: now)
    }
  }

  private mutating func handleClose(
    _ code: WebSocketCloseCode?, _ reason: String, now: Int64
  ) -> WebSocketEvent? {
    var answer: WebSocketEvent?
    if phase == .open {
      closure = WebSocketClosure(code ?? .noStatus, reason, isClean: true, isByPeer: true)
      // The same code back, as RFC 6455 section 5.5.1 wants.
      answer = .send(frame(.close, WebSocketEncoder.closePayload(code, reason: "")))
    } else {
      closure?.isClean = true
    }
    if role == .server {
      if let closure { end(closure) }
    } else {
      phase = .closed(deadline: Self.sum(now, limits.closeNanos))
    }
    return answer
  }

  private mutating func fail(_ error: WebSocketError) {
    if phase == .open { queue.append(.send(closeFrame(error.code, error.reason))) }
    end(WebSocketClosure(error.code, error.reason, isClean: false, isByPeer: false))
  }

  private mutating func end(_ closure: WebSocketClosure) {
    self.closure = closure
    phase = .over
    queue.append(.close(closure))
  }

  private mutating func takeQueue() -> [WebSocketEvent] {
    defer { queue = [] }
    return queue
  }

  private mutating func closeFrame(_ code: WebSocketCloseCode, _ reason: String) -> [UInt8] {
    frame(.close, WebSocketEncoder.closePayload(code, reason: reason))
  }

  /// A frame of this connection's: a client's is masked. Servers share what is the same for all.
  public mutating func frame(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> [UInt8] {
    WebSocketEncoder.frame(opcode, payload, mask: masks?.next())
  }

  private static func sum(_ time: Int64, _ nanos: Int64) -> Int64 {
    let (sum, overflow) = time.addingReportingOverflow(nanos)
    return overflow ? .max : sum
  }
}
