/// The client's side of one connection, as a value: bytes and time go in, actions come out.
///
/// The mirror of `ServerConnection`: no I/O, no clock. Every call that was started gets exactly one
/// `endStream`.
public struct ClientConnection: Sendable {
  enum Phase: Equatable {
    case idle
    case awaitingAck(deadlineNanos: Int64)
    case open
    case draining
    case closed
  }

  let limits: ConnectionLimits
  private let clientName: String
  private let capabilities: WireCapabilities
  private(set) var phase = Phase.idle
  /// Why no calls are taken any more.
  private(set) var closeReason: CloseReason?
  private(set) var server: HelloAck?
  /// What both sides have, known after the handshake.
  public private(set) var negotiated: WireCapabilities = []
  private var scanner: FrameScanner
  private var keepAlive: KeepAlive
  var streams = StreamTable<ClientStream>()
  var lastStreamID: UInt32 = 0
  var actions: [ClientAction] = []

  public init(
    clientName: String, limits: ConnectionLimits = ConnectionLimits(),
    capabilities: WireCapabilities = []
  ) {
    self.clientName = clientName
    self.limits = limits.normalised
    self.capabilities = capabilities
    scanner = FrameScanner(maxPayloadBytes: WireFormat.handshakeFrameBytes)
    keepAlive = KeepAlive(intervalNanos: 0, timeoutNanos: 0, now: 0)
  }

  /// Whether the connection is over: every later call returns no action.
  public var isClosed: Bool { phase == .closed }

  /// When `timePassed` has something to do; nil when never.
  public var nextDeadline: Int64? {
    switch phase {
    case .idle, .closed: return nil
    case .awaitingAck(let deadline): return deadline
    case .open, .draining: break
    }
    var earliest = keepAlive.nextDeadline
    for stream in streams.values {
      for case let deadline? in [stream.deadlineNanos, stream.silenceDeadline] {
        earliest = min(earliest ?? deadline, deadline)
      }
    }
    return earliest
  }

  /// Sends the `hello`. To be called once.
  public mutating func start(now: Int64) -> [ClientAction] {
    guard phase == .idle else { return [] }
    phase = .awaitingAck(deadlineNanos: now.addingSaturated(limits.handshakeNanos))
    emit(
      .hello(
        Hello(
          capabilities: capabilities.rawValue, maxFrameBytes: limits.maxFrameBytes,
          clientName: clientName.cut(toBytes: WireFormat.methodBytesMax))))
    return takeActions()
  }

  /// Takes bytes in.
  public mutating func received(_ bytes: [UInt8], now: Int64) -> [ClientAction] {
    received(bytes.raw, now: now)
  }

  /// Takes bytes in. `data` actions refer to data frames that lie whole in them by range, without a
  /// copy; only the beginning of a frame whose end has not come yet is kept.
  public mutating func received(_ bytes: RawSpan, now: Int64) -> [ClientAction] {
    guard phase != .closed else { return [] }
    keepAlive.heard(now: now)
    var position = 0
    do throws(FrameError) {
      while phase != .closed, let item = try scanner.next(bytes, &position) {
        switch item {
        case .frame(let frame): handle(frame, now: now)
        case .data(let frame): take(frame, now: now)
        }
      }
    } catch {
      fail(.protocolError, error.description)
    }
    return takeActions()
  }

  /// Looks at every deadline: handshake, calls, keep-alive.
  public mutating func timePassed(now: Int64) -> [ClientAction] {
    switch phase {
    case .idle, .closed: return []
    case .awaitingAck(let deadline):
      if now >= deadline { fail(.handshakeTimeout, "the server did not answer hello in time") }
      return takeActions()
    case .open, .draining: break
    }
    for (id, stream) in zip(streams.keys, streams.values) {
      if let deadline = stream.deadlineNanos, now >= deadline {
        abandon(id, CallError(.deadlineExceeded, "no answer in time"))
      } else if let deadline = stream.silenceDeadline, now >= deadline {
        abandon(id, CallError(.unavailable, "the stream has been silent for too long"))
      }
    }
    guard phase != .closed else { return takeActions() }
    switch keepAlive.timePassed(now: now) {
    case .nothing: break
    case .ping(let value): emit(.ping(value))
    case .dead: fail(.keepAliveTimeout, "no sign of life after a ping")
    }
    return takeActions()
  }

  /// Closes; calls that run end as cancelled.
  public mutating func close() -> [ClientAction] {
    guard phase != .closed else { return [] }
    if phase == .open || phase == .draining {
      emit(.goAway(GoAway(lastStreamID: 0, code: CloseCode.shutDown.rawValue, text: "")))
    }
    close(
      CloseReason(.shutDown, "closed by this side"),
      CallError(.cancelled, "the connection was closed by this side"))
    return takeActions()
  }

  /// The transport is gone: nothing can be sent any more.
  public mutating func transportClosed(_ reason: CloseReason) -> [ClientAction] {
    guard phase != .closed else { return [] }
    close(reason, lost(reason))
    return takeActions()
  }

  // MARK: - Frames

  private mutating func handle(_ frame: Frame, now: Int64) {
    if case .awaitingAck = phase {
      switch frame {
      case .helloAck(let ack): return handle(ack, now: now)
      case .goAway(let notice): return close(notice.reason, lost(notice.reason))
      default: return fail(.protocolError, "\(frame.type) frame before helloAck")
      }
    }
    switch frame {
    case .message(let stream, let payload, let isLast):
      deliver(payload, on: stream, isLast: isLast, now: now)
    case .status(let stream, let status):
      guard isKnown(stream, frame.type) else { return }
      streams[stream] = nil
      actions.append(.endStream(stream: stream, CallError(status)))
      closeIfDrained()
    case .ping(let value): emit(.pong(value))
    case .pong: break
    case .goAway(let notice): handle(notice)
    case .hello, .helloAck, .call, .cancel, .credit, .data:
      fail(.protocolError, "\(frame.type) frame is not allowed here")
    }
  }

  private mutating func handle(_ ack: HelloAck, now: Int64) {
    guard WireFormat.versions.contains(ack.version) else {
      return fail(.unsupportedVersion, "the server chose version \(ack.version)")
    }
    let offered = WireCapabilities(rawValue: ack.capabilities)
    guard offered == offered.common(capabilities) else {
      return fail(.protocolError, "the server uses capabilities that were not offered")
    }
    server = ack
    negotiated = offered
    scanner.maxPayloadBytes = limits.maxFrameBytes
    phase = .open
    keepAlive = KeepAlive(
      intervalNanos: Int64(ack.keepAliveIntervalMillis) * 1_000_000,
      timeoutNanos: Int64(ack.keepAliveTimeoutMillis) * 1_000_000, now: now)
    actions.append(.opened(ack))
  }

  private mutating func deliver(
    _ payload: [UInt8], on stream: UInt32, isLast: Bool, now: Int64
  ) {
    guard isKnown(stream, .message), let known = streams[stream] else { return }
    if isLast {
      streams[stream] = nil
      actions.append(.deliver(stream: stream, payload))
      actions.append(.endStream(stream: stream, nil))
      return closeIfDrained()
    }
    guard known.creditBytes > 0 else {
      return fail(.protocolError, "message on stream \(stream) without credit")
    }
    streams[stream]?.creditBytes -= Int64(payload.count + WireFormat.headerBytes)
    streams[stream]?.lastHeard = now
    actions.append(.deliver(stream: stream, payload))
  }

  /// After a GOAWAY calls that the server did not take fail at once; the others go on.
  private mutating func handle(_ notice: GoAway) {
    closeReason = notice.reason
    guard notice.reason.code == .shutDown else {
      return close(notice.reason, lost(notice.reason))
    }
    phase = .draining
    for id in streams.keys where id > notice.lastStreamID {
      streams[id] = nil
      let error = CallError(
        .unavailable, "the server stopped before it took the call", hint: "call again")
      actions.append(.endStream(stream: id, error))
    }
    closeIfDrained()
  }

  /// Frames of a call that we gave up cross our cancel on the way and are ignored.
  mutating func isKnown(_ stream: UInt32, _ type: FrameType) -> Bool {
    if streams[stream] != nil { return true }
    if stream > lastStreamID {
      fail(.protocolError, "\(type) frame on stream \(stream), which was never opened")
    }
    return false
  }

  // MARK: - Ends

  /// Gives a call up on this side and tells the server.
  mutating func abandon(_ stream: UInt32, _ error: CallError) {
    guard streams.removeValue(forKey: stream) != nil else { return }
    emit(.cancel(stream: stream))
    actions.append(.endStream(stream: stream, error))
    closeIfDrained()
  }

  private mutating func closeIfDrained() {
    guard phase == .draining, streams.isEmpty else { return }
    let reason = closeReason ?? CloseReason(.shutDown, "")
    close(reason, lost(reason))
  }

  func lost(_ reason: CloseReason) -> CallError {
    switch reason.code {
    case .denied: CallError(.permissionDenied, reason.text)
    case .unsupportedVersion:
      CallError(.failedPrecondition, reason.text, hint: "use matching versions of both programs")
    case .protocolError:
      CallError(
        .internalError, "the connection ended: \(reason)",
        hint: "see that an engine of this version listens there")
    case .handshakeTimeout: CallError(.deadlineExceeded, "no greeting in time")
    default: CallError(.unavailable, "the connection ended: \(reason)")
    }
  }

  mutating func fail(_ code: CloseCode, _ text: String) {
    let notice = GoAway(
      lastStreamID: 0, code: code.rawValue, text: text.cut(toBytes: WireFormat.textBytesMax))
    emit(.goAway(notice))
    let reason = CloseReason(code, text)
    close(reason, lost(reason))
  }

  private mutating func close(_ reason: CloseReason, _ error: CallError) {
    closeReason = reason
    phase = .closed
    for id in streams.keys { actions.append(.endStream(stream: id, error)) }
    streams.removeAll()
    actions.append(.close(reason))
  }

  mutating func emit(_ frame: Frame) {
    if case .send(var bytes)? = actions.last {
      actions.removeLast()
      FrameEncoder.append(frame, to: &bytes)
      actions.append(.send(bytes))
    } else {
      actions.append(.send(FrameEncoder.encode(frame)))
    }
  }

  mutating func takeActions() -> [ClientAction] {
    defer { actions = [] }
    return actions
  }
}
