/// Runs a `ClientConnection` over a transport: performs its actions and wakes those who wait.
actor ClientSession {
  /// A call as its consumer sees it. What is buffered is bounded by the credit that was given.
  private struct Call {
    var items: [StreamItem] = []
    var taken = 0
    var end: Result<Void, CallError>?
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let transport: any ByteTransport
  private let clock: any ConnectionClock
  private var connection: ClientConnection
  private var timer: ConnectionTimer
  private var calls: [UInt32: Call] = [:]
  private var opening: CheckedContinuation<Void, Never>?
  private var server: HelloAck?
  private(set) var closeReason: CloseReason?

  init(transport: any ByteTransport, clock: any ConnectionClock, options: ClientOptions) {
    self.transport = transport
    self.clock = clock
    connection = ClientConnection(
      clientName: options.clientName, limits: options.limits, capabilities: options.capabilities)
    timer = ConnectionTimer(clock: clock)
  }

  /// Does the handshake.
  func open() async throws(CallError) -> HelloAck {
    Task { await self.run() }
    perform(connection.start(now: clock.nowNanos))
    await withTaskCancellationHandler {
      if server == nil && closeReason == nil {
        await withCheckedContinuation { opening = $0 }
      }
    } onCancel: {
      Task { await self.close() }
    }
    if let server, closeReason == nil { return server }
    throw connection.lost(closeReason ?? CloseReason(.internalError, "no handshake"))
  }

  func start(
    _ request: CallRequest, takesData: Bool = false, silenceNanos: Int64 = 0
  ) throws(CallError) -> UInt32 {
    let (stream, actions) = try connection.startCall(
      request, takesData: takesData, silenceNanos: silenceNanos, now: clock.nowNanos)
    calls[stream] = Call()
    perform(actions)
    return stream
  }

  /// The next message or data of a call; nil at its end.
  func next(_ stream: UInt32) async -> Result<StreamItem?, CallError> {
    while true {
      guard var call = calls[stream] else { return .success(nil) }
      if call.taken < call.items.count {
        let item = call.items[call.taken]
        call.items[call.taken] = .message([])
        call.taken += 1
        if call.taken == call.items.count {
          call.items.removeAll(keepingCapacity: true)
          call.taken = 0
        }
        calls[stream] = call
        perform(connection.consumed(item.count, on: stream, now: clock.nowNanos))
        return .success(item)
      }
      if let end = call.end {
        calls[stream]?.end = .success(())
        return end.map { nil }
      }
      // A second consumer of one stream is sent away instead of waiting for ever.
      guard call.waiter == nil else {
        return .failure(CallError(.failedPrecondition, "this stream has a consumer already"))
      }
      await withCheckedContinuation { calls[stream]?.waiter = $0 }
    }
  }

  func sendData(_ payload: [UInt8], isLast: Bool, on stream: UInt32) {
    perform(connection.sendData(payload, isLast: isLast, on: stream))
  }

  func cancel(_ stream: UInt32) { perform(connection.cancel(stream)) }

  /// Nobody can read this call any more.
  func release(_ stream: UInt32) {
    calls[stream] = nil
    perform(connection.cancel(stream))
  }

  func close() { perform(connection.close()) }

  private func run() async {
    while true {
      switch await transport.receive() {
      case .bytes(let bytes):
        perform(connection.received(bytes.raw, now: clock.nowNanos), of: bytes)
      case .writable: break
      case .closed(let reason):
        perform(connection.transportClosed(reason))
        return
      }
    }
  }

  private func timeFired() {
    timer.fired()
    perform(connection.timePassed(now: clock.nowNanos))
  }

  /// `input` is what was received, to which data refers.
  private func perform(_ actions: [ClientAction], of input: [UInt8] = []) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes)
      case .opened(let ack):
        server = ack
        wakeOpening()
      case .deliver(let stream, let message):
        calls[stream]?.items.append(.message(message))
        wake(stream)
      case .data(let frame):
        let payload = frame.withPayload(of: input.raw) { $0.copy() }
        calls[frame.stream]?.items.append(.data(payload, isCompressed: frame.isCompressed))
        wake(frame.stream)
      case .endStream(let stream, let error):
        calls[stream]?.end = error.map { .failure($0) } ?? .success(())
        wake(stream)
      case .close(let reason):
        closeReason = reason
        timer.cancel()
        transport.close(flushing: reason.code == .shutDown)
        wakeOpening()
      }
    }
    timer.arm(for: connection.nextDeadline) { [weak self] in await self?.timeFired() }
  }

  private func send(_ bytes: [UInt8]) {
    guard transport.send(bytes) == .overLimit else { return }
    // Requests pile up because the server does not read.
    perform(
      connection.transportClosed(
        CloseReason(.slowReader, "the server does not read what is sent to it")))
  }

  private func wake(_ stream: UInt32) {
    let waiter = calls[stream]?.waiter
    calls[stream]?.waiter = nil
    waiter?.resume()
  }

  private func wakeOpening() {
    opening?.resume()
    opening = nil
  }
}
