/// The server's side of one connection, as a value: bytes and time go in, actions come out.
///
/// It does no I/O, reads no clock and knows no method. The owner performs the actions in order,
/// passes on every byte it receives, and calls `timePassed` when `nextDeadline` has come.
/// docs/protocol.md draws the states.
public struct ServerConnection: Sendable {
  enum Phase: Equatable {
    case awaitingHello(deadlineNanos: Int64)
    case open
    case draining(deadlineNanos: Int64)
    case closed
  }

  let limits: ConnectionLimits
  private let identity: ServerIdentity
  private let capabilities: WireCapabilities
  private(set) var phase: Phase
  /// What both sides have, known after the handshake.
  public private(set) var negotiated: WireCapabilities = []
  private var scanner: FrameScanner
  private var keepAlive: KeepAlive
  var streams = StreamTable<ServerStream>()
  private var lastStreamID: UInt32 = 0
  /// Calls above it come after our GOAWAY.
  private var goAwayStreamID: UInt32 = .max
  /// The largest payload the client takes.
  public private(set) var peerFrameBytes = WireFormat.leastFrameBytes
  private(set) var isWritable = true
  var actions: [ServerAction] = []

  /// A connection that waits for its `hello`. `now` is on the clock of all later calls, in
  /// nanoseconds.
  public init(
    identity: ServerIdentity, limits: ConnectionLimits = ConnectionLimits(),
    capabilities: WireCapabilities = [], now: Int64
  ) {
    self.limits = limits.normalised
    self.identity = identity
    self.capabilities = capabilities
    phase = .awaitingHello(deadlineNanos: now.addingSaturated(limits.handshakeNanos))
    scanner = FrameScanner(maxPayloadBytes: WireFormat.handshakeFrameBytes)
    keepAlive = KeepAlive(
      intervalNanos: limits.keepAliveIntervalNanos, timeoutNanos: limits.keepAliveTimeoutNanos,
      now: now)
  }

  /// Calls that count against the limit of streams.
  public var streamCount: Int { streams.count }

  /// Whether the connection is over: every later call returns no action.
  public var isClosed: Bool { phase == .closed }

  /// When `timePassed` has something to do; nil when never.
  public var nextDeadline: Int64? {
    let phaseDeadline: Int64?
    switch phase {
    case .awaitingHello(let deadline): return deadline
    case .closed: return nil
    case .draining(let deadline): phaseDeadline = deadline
    case .open: phaseDeadline = nil
    }
    var earliest = [phaseDeadline, keepAlive.nextDeadline].compactMap { $0 }.min()
    for stream in streams.values {
      guard stream.ended == nil, let deadline = stream.deadlineNanos else { continue }
      earliest = min(earliest ?? deadline, deadline)
    }
    return earliest
  }

  /// Takes bytes in.
  public mutating func received(_ bytes: [UInt8], now: Int64) -> [ServerAction] {
    received(bytes.raw, now: now)
  }

  /// Takes bytes in. `data` actions refer to data frames that lie whole in them by range, without a
  /// copy; only the beginning of a frame whose end has not come yet is kept.
  public mutating func received(_ bytes: RawSpan, now: Int64) -> [ServerAction] {
    guard phase != .closed else { return [] }
    keepAlive.heard(now: now)
    var position = 0
    do throws(FrameError) {
      while phase != .closed, let item = try scanner.next(bytes, &position) {
        switch item {
        case .frame(let frame): handle(frame, now: now)
        case .data(let frame): take(frame)
        }
      }
    } catch {
      fail(.protocolError, error.description)
    }
    return takeActions()
  }

  /// Looks at every deadline: handshake, calls, keep-alive, drain.
  public mutating func timePassed(now: Int64) -> [ServerAction] {
    switch phase {
    case .closed: return []
    case .awaitingHello(let deadline):
      if now >= deadline { fail(.handshakeTimeout, "no hello in time") }
      return takeActions()
    case .draining(let deadline) where now >= deadline:
      endOpenStreams(CallError(.unavailable, "the server stopped before the call was done"))
      close(CloseReason(.shutDown, "drained until the limit"))
      return takeActions()
    case .open, .draining: break
    }
    for (id, stream) in zip(streams.keys, streams.values) {
      guard stream.ended == nil, let deadline = stream.deadlineNanos, now >= deadline else {
        continue
      }
      end(id, CallError(.deadlineExceeded, "the call's time is over"), tellClient: true)
    }
    closeIfDrained()
    guard phase != .closed else { return takeActions() }
    switch keepAlive.timePassed(now: now) {
    case .nothing: break
    case .ping(let value): emit(.ping(value))
    case .dead: fail(.keepAliveTimeout, "no sign of life after a ping")
    }
    return takeActions()
  }

  /// The transport's buffer passed its high mark (false) or is below its low mark again (true).
  public mutating func writabilityChanged(_ writable: Bool) -> [ServerAction] {
    isWritable = writable
    if writable { for id in streams.keys { resumeIfPossible(id) } }
    return takeActions()
  }

  /// Asks the client to make no new calls, and closes when those that run are done or time is up.
  public mutating func shutDown(_ text: String, now: Int64) -> [ServerAction] {
    switch phase {
    case .closed, .draining: return []
    case .awaitingHello:
      fail(.shutDown, text)
    case .open:
      goAwayStreamID = lastStreamID
      emitGoAway(.shutDown, text)
      phase = .draining(deadlineNanos: now.addingSaturated(limits.drainNanos))
      closeIfDrained()
    }
    return takeActions()
  }

  /// Closes at once, with a GOAWAY that says why.
  public mutating func abort(_ reason: CloseReason) -> [ServerAction] {
    guard phase != .closed else { return [] }
    fail(reason.code, reason.text)
    return takeActions()
  }

  /// The transport is gone: nothing can be sent any more.
  public mutating func transportClosed(_ reason: CloseReason) -> [ServerAction] {
    guard phase != .closed else { return [] }
    close(reason)
    return takeActions()
  }

  // MARK: - Frames

  private mutating func handle(_ frame: Frame, now: Int64) {
    if case .awaitingHello = phase {
      guard case .hello(let hello) = frame else {
        return fail(.protocolError, "\(frame.type) frame before hello")
      }
      return handle(hello, now: now)
    }
    switch frame {
    case .call(let stream, let request): start(request, on: stream, now: now)
    case .cancel(let stream):
      guard isKnown(stream, frame.type) else { return }
      end(stream, CallError(.cancelled, "cancelled by the caller"), tellClient: false)
      closeIfDrained()
    case .credit(let stream, let bytes):
      if isKnown(stream, frame.type) { addCredit(bytes, to: stream) }
    case .message(let stream, _, _):
      guard isKnown(stream, frame.type), streams[stream]?.ended == nil else { return }
      end(
        stream, CallError(.unimplemented, "this method takes no messages after its request"),
        tellClient: true)
      closeIfDrained()
    case .ping(let value): emit(.pong(value))
    case .pong: break
    case .goAway:
      // The client makes no more calls; those that run go on.
      if phase == .open {
        phase = .draining(deadlineNanos: now.addingSaturated(limits.drainNanos))
      }
      closeIfDrained()
    case .hello, .helloAck, .status, .data:
      fail(.protocolError, "\(frame.type) frame is not allowed here")
    }
  }

  private mutating func handle(_ hello: Hello, now: Int64) {
    let ours = WireFormat.versions
    let version = min(hello.versions.upperBound, ours.upperBound)
    guard version >= max(hello.versions.lowerBound, ours.lowerBound) else {
      let theirs = hello.versions
      return fail(
        .unsupportedVersion,
        "this server speaks versions \(ours.lowerBound) to \(ours.upperBound), "
          + "the client \(theirs.lowerBound) to \(theirs.upperBound)")
    }
    peerFrameBytes = hello.maxFrameBytes
    negotiated = capabilities.common(WireCapabilities(rawValue: hello.capabilities))
    scanner.maxPayloadBytes = limits.maxFrameBytes
    phase = .open
    emit(
      .helloAck(
        HelloAck(
          version: version, capabilities: negotiated.rawValue,
          maxFrameBytes: limits.maxFrameBytes, maxStreams: limits.maxStreams,
          maxCreditBytes: limits.maxCreditBytes,
          keepAliveIntervalMillis: UInt32(clamping: limits.keepAliveIntervalNanos / 1_000_000),
          keepAliveTimeoutMillis: UInt32(clamping: limits.keepAliveTimeoutNanos / 1_000_000),
          server: identity)))
    actions.append(.opened(clientName: hello.clientName))
  }

  private mutating func start(_ request: CallRequest, on stream: UInt32, now: Int64) {
    guard stream > lastStreamID else {
      return fail(
        .protocolError, "call on stream \(stream) after stream \(lastStreamID): ids must rise")
    }
    lastStreamID = stream
    let refusal: CallError?
    if stream > goAwayStreamID || phase != .open {
      refusal = CallError(.unavailable, "the server is stopping", hint: "connect again")
    } else if streams.count >= Int(limits.maxStreams) {
      refusal = CallError(
        .resourceExhausted, "more than \(limits.maxStreams) calls at a time on this connection",
        hint: "wait for one to end")
    } else if request.initialCreditBytes > limits.maxCreditBytes {
      refusal = creditError(Int64(request.initialCreditBytes))
    } else {
      refusal = nil
    }
    if let refusal {
      emit(.status(stream: stream, refusal.status))
      return actions.append(.refusedCall(stream: stream, refusal))
    }
    let deadline = now.deadline(after: request.timeoutNanos)
    streams[stream] = ServerStream(
      creditBytes: Int64(request.initialCreditBytes), deadlineNanos: deadline)
    actions.append(.startCall(stream: stream, request, deadlineNanos: deadline))
  }

  /// Frames of a stream that ended cross our status on the way and are ignored; a stream that never
  /// was is an error of the client.
  mutating func isKnown(_ stream: UInt32, _ type: FrameType) -> Bool {
    if streams.index(of: stream) != nil { return true }
    if stream > lastStreamID {
      fail(.protocolError, "\(type) frame on stream \(stream), which was never opened")
    }
    return false
  }

  // MARK: - Ends

  func creditError(_ credit: Int64) -> CallError {
    CallError(
      .invalidArgument, "credit of \(credit) bytes, the limit is \(limits.maxCreditBytes)")
  }

  mutating func closeIfDrained() {
    guard case .draining = phase, !streams.values.contains(where: { $0.ended == nil }) else {
      return
    }
    close(CloseReason(.shutDown, "all calls are done"))
  }

  private mutating func endOpenStreams(_ error: CallError, tellClient: Bool = true) {
    for id in streams.keys { end(id, error, tellClient: tellClient) }
  }

  mutating func fail(_ code: CloseCode, _ text: String) {
    emitGoAway(code, text)
    close(CloseReason(code, text))
  }

  private mutating func close(_ reason: CloseReason) {
    endOpenStreams(
      CallError(.unavailable, "the connection ended: \(reason)"), tellClient: false)
    streams.removeAll()
    phase = .closed
    actions.append(.close(reason))
  }

  private mutating func emitGoAway(_ code: CloseCode, _ text: String) {
    emit(
      .goAway(
        GoAway(
          lastStreamID: lastStreamID, code: code.rawValue,
          text: text.cut(toBytes: WireFormat.textBytesMax))))
  }

  /// Frames that follow each other go out in one write.
  mutating func emit(_ frame: Frame) {
    if case .send(var bytes)? = actions.last {
      actions.removeLast()
      FrameEncoder.append(frame, to: &bytes)
      actions.append(.send(bytes))
    } else {
      actions.append(.send(FrameEncoder.encode(frame)))
    }
  }

  mutating func takeActions() -> [ServerAction] {
    defer { actions = [] }
    return actions
  }
}
