import EngineCore

/// A publisher over any number of connections.
actor PublisherFlow {
  private let request: PublishRequest
  private let owner: FeedClient
  private let catalog = Catalog()
  private let encoder: RecordEncoder
  private var state: PublisherState
  private var call: (client: CallClient, lease: StreamLease)?
  private var running: Task<Void, Never>?
  private var isSending = false
  private var isFinishing = false
  private var isLastSent = false
  private var attempts = 0
  private var end: Result<Void, CallError>?
  private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextWaiter = 0
  private var rejects: [PublishAcknowledgement.Reject] = []
  private var rejectsTaken: UInt64 = 0

  private static let rejectsMax = 1_024

  init(request: PublishRequest, owner: FeedClient) {
    self.request = request
    self.owner = owner
    encoder = RecordEncoder(catalog: catalog)
    state = PublisherState(maxPendingBytes: owner.link.options.publishBufferBytes)
  }

  var progress: PublisherState.Progress { state.progress }

  // MARK: - What callers do

  func define(_ instrument: Instrument) -> InstrumentID {
    if let id = catalog.instrument(key: instrument.key) { return id }
    let id = catalog.define(instrument)
    state.define(DefinitionRecord(instrument, id: id))
    return id
  }

  func define(spec: String) -> SpecID? {
    if let id = catalog.id(of: spec, in: .spec) { return SpecID(UInt16(id)) }
    guard let id = catalog.spec(spec) else { return nil }
    state.define(DefinitionRecord(.spec, id: UInt32(id.raw), text: spec))
    return id
  }

  func define(source: String) -> SourceID? {
    if let id = catalog.id(of: source, in: .source) { return SourceID(UInt16(id)) }
    guard let id = catalog.source(source) else { return nil }
    state.define(DefinitionRecord(.source, id: UInt32(id.raw), text: source))
    return id
  }

  func publish(_ events: [Event]) async -> Result<UInt64, CallError> {
    guard !isFinishing else {
      return .failure(CallError(.failedPrecondition, "publish after finish"))
    }
    guard !events.contains(where: { $0.kindCode == RecordFormat.definitionKind }) else {
      return .failure(CallError(.invalidArgument, "definitions are made by define"))
    }
    start()
    for event in events {
      while state.room == 0 {
        await send()
        if state.room > 0 { break }
        if let error = await wait() { return .failure(error) }
      }
      _ = state.add(event, encoder)
    }
    await send()
    if case .failure(let error)? = end { return .failure(error) }
    return .success(state.nextSequence - 1)
  }

  func flush() async -> Result<PublisherState.Progress, CallError> {
    start()
    while !state.isSettled {
      if let error = await wait() { return .failure(error) }
    }
    if case .failure(let error)? = end { return .failure(error) }
    return .success(state.progress)
  }

  func finish() async -> Result<PublisherState.Progress, CallError> {
    isFinishing = true
    start()
    await send()
    while end == nil {
      if let error = await wait() { return .failure(error) }
    }
    if case .failure(let error)? = end { return .failure(error) }
    return .success(state.progress)
  }

  func takeRejects() -> (listed: [PublishAcknowledgement.Reject], others: UInt64) {
    let listed = rejects
    rejects = []
    let new = state.progress.rejected - min(rejectsTaken, state.progress.rejected)
    rejectsTaken = state.progress.rejected
    return (listed, new - min(new, UInt64(listed.count)))
  }

  func cancel() async {
    if end == nil { end = .failure(CallError(.cancelled, "the publisher was dropped")) }
    running?.cancel()
    await drop()
    changed()
  }

  // MARK: - The call

  private func start() {
    guard running == nil, end == nil else { return }
    running = Task { await self.run() }
  }

  private func run() async {
    while end == nil {
      if let error = await step() { await lost(error) }
      changed()
    }
    await drop()
    changed()
  }

  /// One thing that happens on the call; an error when it is lost.
  private func step() async -> CallError? {
    guard let lease = call?.lease else { return await open() }
    switch await lease.session.next(lease.stream) {
    case .failure(let error): return error
    case .success(nil):
      if isLastSent {
        end = .success(())
      } else if end == nil {
        return CallError(.unavailable, "the server ended the call")
      }
    case .success(.data?): return CallError(.internalError, "data in answer to publish")
    case .success(.message(let message)?):
      do throws(CallError) {
        try take(try PublishAcknowledgement(decoding: message))
      } catch {
        return error
      }
      await send()
    }
    return nil
  }

  private func open() async -> CallError? {
    switch await owner.link.client() {
    case .failure(let error): return error
    case .success(let client):
      do throws(CallError) {
        let stream = try await client.session.start(
          CallRequest(
            method: PublishRequest.method,
            initialCreditBytes: owner.link.options.client.streamWindowBytes, isUnary: false,
            payload: request.encoded))
        state.connected()
        isLastSent = false
        call = (client, StreamLease(client: client, stream: stream))
        return nil
      } catch {
        await owner.link.drop(client)
        return error
      }
    }
  }

  private func take(_ acknowledgement: PublishAcknowledgement) throws(CallError) {
    try state.acknowledged(acknowledgement)
    attempts = 0
    let room = Self.rejectsMax - rejects.count
    rejects += acknowledgement.rejects.prefix(room)
  }

  /// Sends what the credit allows. One sender at a time, so that frames keep their order.
  private func send() async {
    guard !isSending, let call, end == nil else { return }
    isSending = true
    defer { isSending = false }
    let limit = min(64 << 10, Int(call.client.server.maxFrameBytes))
    let stream = call.lease.stream
    while self.call?.lease === call.lease {
      if let payload = state.nextPayload(limit: limit) {
        await call.client.session.sendData(payload, isLast: false, on: stream)
      } else if isFinishing, !isLastSent, state.isSettled, state.takeCreditForEnd() {
        isLastSent = true
        await call.client.session.sendData([], isLast: true, on: stream)
      } else {
        return
      }
    }
  }

  private func lost(_ error: CallError) async {
    guard end == nil else { return }
    if let client = call?.client, await client.closeReason() != nil {
      await owner.link.drop(client)
    }
    await drop()
    attempts += 1
    if let final = await owner.link.pause(before: attempts, after: error), end == nil {
      end = .failure(final)
    }
  }

  private func drop() async {
    guard let lease = call?.lease else { return }
    call = nil
    await lease.session.release(lease.stream)
  }

  // MARK: - Waiting

  /// Waits until something has changed; the error says why there is nothing to wait for.
  private func wait() async -> CallError? {
    if case .failure(let error)? = end { return error }
    let id = nextWaiter
    nextWaiter += 1
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume() } else { waiters[id] = continuation }
      }
    } onCancel: {
      Task { await self.wake(id) }
    }
    if case .failure(let error)? = end { return error }
    return Task.isCancelled ? CallError(.cancelled, "cancelled by the caller") : nil
  }

  private func wake(_ id: Int) { waiters.removeValue(forKey: id)?.resume() }

  private func changed() {
    let woken = waiters
    waiters = [:]
    for waiter in woken.values { waiter.resume() }
  }
}
