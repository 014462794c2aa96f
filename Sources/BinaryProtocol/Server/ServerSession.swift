/// Runs a `ServerConnection` over a transport: performs its actions and runs the handlers.
actor ServerSession {
  private struct Call {
    var task: Task<Void, Never>?
    /// A handler that waits to send.
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let transport: any ByteTransport
  private let clock: any ConnectionClock
  private let router: CallRouter
  private var connection: ServerConnection
  private var timer: ConnectionTimer
  private var calls: [UInt32: Call] = [:]
  private var closeReason: CloseReason?
  private var summary: ConnectionSummary

  init(
    id: UInt64, transport: any ByteTransport, peer: PeerIdentity, server: CallServer.Settings
  ) {
    self.transport = transport
    clock = server.clock
    router = server.router
    timer = ConnectionTimer(clock: server.clock)
    let now = server.clock.nowNanos
    connection = ServerConnection(identity: server.identity, limits: server.limits, now: now)
    summary = ConnectionSummary(
      id: id, peer: peer, clientName: "", sinceNanos: now, openCalls: 0, totalCalls: 0, bytesIn: 0,
      bytesOut: 0)
  }

  /// Serves until the connection has ended and says why it did.
  func run() async -> CloseReason {
    perform([])
    while true {
      switch await transport.receive() {
      case .bytes(let bytes):
        summary.bytesIn += UInt64(bytes.count)
        perform(connection.received(bytes, now: clock.nowNanos))
      case .writable: perform(connection.writabilityChanged(true))
      case .closed(let reason):
        perform(connection.transportClosed(reason))
        return closeReason ?? reason
      }
    }
  }

  func describe() -> ConnectionSummary {
    summary.openCalls = calls.count
    return summary
  }

  func shutDown(_ text: String) {
    perform(connection.shutDown(text, now: clock.nowNanos))
  }

  func abort(_ reason: CloseReason) { perform(connection.abort(reason)) }

  /// Sends a message of a call; the error says why it could not be sent.
  func send(_ message: [UInt8], on stream: UInt32) async -> CallError? {
    while true {
      switch connection.send(message, on: stream) {
      case .send(let bytes):
        write(bytes)
        return nil
      case .ended(let error): return error
      case .tooLarge(let limit):
        return CallError(
          .resourceExhausted,
          "a message of \(message.count) bytes is over the client's limit of \(limit)")
      case .wait:
        guard calls[stream] != nil, calls[stream]?.waiter == nil else {
          return CallError(.failedPrecondition, "two tasks send on one call at a time")
        }
        await withCheckedContinuation { calls[stream]?.waiter = $0 }
      }
    }
  }

  private func timeFired() {
    timer.fired()
    perform(connection.timePassed(now: clock.nowNanos))
  }

  private func perform(_ actions: [ServerAction]) {
    for action in actions {
      switch action {
      case .send(let bytes): write(bytes)
      case .opened(let name): summary.clientName = name
      case .startCall(let stream, let request, let deadline):
        start(stream, request, deadline)
      // The methods of this server take no data: no intake was opened.
      case .data, .refusedCall: break
      case .resume(let stream): wake(stream)
      case .cancelCall(let stream, _):
        calls[stream]?.task?.cancel()
        wake(stream)
      case .close(let reason):
        if closeReason == nil { closeReason = reason }
        timer.cancel()
        transport.close(flushing: reason.code != .slowReader && reason.code != .keepAliveTimeout)
      }
    }
    timer.arm(for: connection.nextDeadline) { [weak self] in await self?.timeFired() }
  }

  private func write(_ bytes: [UInt8]) {
    switch transport.send(bytes) {
    case .accepted: summary.bytesOut += UInt64(bytes.count)
    case .acceptedNowFull:
      summary.bytesOut += UInt64(bytes.count)
      perform(connection.writabilityChanged(false))
    case .overLimit:
      // No GOAWAY: there is no room for it either.
      perform(
        connection.transportClosed(
          CloseReason(.slowReader, "the client does not read what is sent to it")))
    case .closed: break
    }
  }

  private func start(_ stream: UInt32, _ request: CallRequest, _ deadline: Int64?) {
    summary.totalCalls += 1
    let handler: CallHandler
    do {
      handler = try router.handler(for: request)
    } catch {
      return perform(connection.finish(stream, with: error.status))
    }
    let context = CallContext(
      method: request.method, metadata: request.metadata, deadlineNanos: deadline,
      peer: summary.peer, clientName: summary.clientName)
    calls[stream] = Call()
    let payload = request.payload
    let responder = CallResponder { [self] message in await send(message, on: stream) }
    calls[stream]?.task = Task {
      let end = await handler.answer(context, payload, responder)
      self.finish(stream, end)
    }
  }

  private func finish(_ stream: UInt32, _ end: Result<[UInt8]?, CallError>) {
    calls[stream] = nil
    switch end {
    case .success(let reply): perform(connection.finish(stream, reply: reply))
    case .failure(let error): perform(connection.finish(stream, with: error.status))
    }
  }

  private func wake(_ stream: UInt32) {
    let waiter = calls[stream]?.waiter
    calls[stream]?.waiter = nil
    waiter?.resume()
  }
}
