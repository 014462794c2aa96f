import EngineCore

/// A subscription over any number of connections.
actor FeedFlow {
  nonisolated let catalog = ClientCatalog()
  private let owner: FeedClient
  private var request: SubscribeRequest
  private let expander = FrameExpander()
  private var call: Call?
  private var batch = SubscriptionBatch()
  private var position: StreamPosition?
  private var attempts = 0
  private var reconnects = 0
  private var end: Result<FeedBatch?, CallError>?
  private var isTaken = false

  /// The call on the connection that there is now.
  private struct Call {
    let client: CallClient
    let lease: StreamLease
    var decoder: SubscriptionDecoder?
  }

  init(request: SubscribeRequest, owner: FeedClient) {
    self.request = request
    self.owner = owner
  }

  /// The next batch; nil when the server ended the stream well.
  func next() async -> Result<FeedBatch?, CallError> {
    if let end { return end }
    // A second consumer is sent away instead of taking what the first one waits for.
    guard !isTaken else {
      return .failure(CallError(.failedPrecondition, "this subscription has a consumer already"))
    }
    isTaken = true
    defer { isTaken = false }
    while end == nil {
      let result = await step()
      switch result {
      case .success(.batch(let batch)): return .success(batch)
      case .success(.ended): end = .success(nil)
      case .success(.again): break
      case .failure(let error): await lost(error)
      }
      if Task.isCancelled, end == nil {
        await drop()
        end = .failure(CallError(.cancelled, "cancelled by the caller"))
      }
    }
    return end ?? .success(nil)
  }

  func cancel() async {
    if end == nil { end = .failure(CallError(.cancelled, "cancelled by the caller")) }
    await drop()
  }

  func update(
    _ conflation: UInt64?, _ flush: UInt64?
  ) async -> Result<SubscriptionIntervals, CallError> {
    guard let call, call.decoder != nil else {
      return .failure(CallError(.failedPrecondition, "the subscription does not run now"))
    }
    let update = SubscriptionUpdate(
      stream: call.lease.stream, conflationNanos: conflation, flushNanos: flush)
    do throws(CallError) {
      let reply = try await call.client.call(SubscriptionUpdate.method, update.encoded)
      let intervals = try SubscriptionIntervals(decoding: reply)
      request.conflationNanos = intervals.conflationNanos
      request.flushNanos = intervals.flushNanos
      return .success(intervals)
    } catch {
      return .failure(error)
    }
  }

  /// To what a compressed frame may inflate.
  private var limit: Int { Int(owner.link.options.client.limits.maxFrameBytes) }

  private enum Step {
    case batch(FeedBatch)
    case ended
    case again
  }

  private func step() async -> Result<Step, CallError> {
    guard let call else { return await open() }
    let lease = call.lease
    let item = await withTaskCancellationHandler {
      await lease.session.next(lease.stream)
    } onCancel: {
      Task { await lease.session.cancel(lease.stream) }
    }
    // Somebody may have cancelled meanwhile.
    guard end == nil else { return .success(.again) }
    switch item {
    case .failure(let error): return .failure(error)
    case .success(nil): return .success(.ended)
    case .success(.message(let message)?): return answered(message)
    case .success(.data(let payload, let isCompressed)?):
      return decoded(payload, isCompressed)
    }
  }

  private func open() async -> Result<Step, CallError> {
    var request = request
    if let position { request.start = .position(position) }
    switch await owner.link.client() {
    case .failure(let error): return .failure(error)
    case .success(let client):
      do throws(CallError) {
        let options = owner.link.options
        let stream = try await client.session.start(
          CallRequest(
            method: SubscribeRequest.method, initialCreditBytes: options.client.streamWindowBytes,
            isUnary: false, payload: request.encoded),
          takesData: true, silenceNanos: options.silenceNanos)
        call = Call(client: client, lease: StreamLease(client: client, stream: stream))
        return .success(.again)
      } catch {
        await owner.link.drop(client)
        return .failure(error)
      }
    }
  }

  private func answered(_ message: [UInt8]) -> Result<Step, CallError> {
    guard call?.decoder == nil else { return .success(.again) }
    do throws(CallError) {
      let answer = try SubscribeAnswer(decoding: message)
      call?.decoder = SubscriptionDecoder(
        answer, catalog: catalog, limit: limit, expander: expander)
      attempts = 0
      if request.start != .snapshot || position != nil { position = answer.position }
      return .success(
        .batch(FeedBatch(answer: answer, position: answer.position, reconnects: reconnects)))
    } catch {
      return .failure(error)
    }
  }

  private func decoded(_ payload: [UInt8], _ isCompressed: Bool) -> Result<Step, CallError> {
    guard var decoder = call?.decoder else {
      return .failure(CallError(.internalError, "data before the answer to subscribe"))
    }
    call?.decoder = nil
    var records = payload
    do throws(RecordError) {
      if isCompressed {
        records = []
        try expander.expand(payload.raw, limit: limit, into: &records)
      }
      try decoder.decode(records.raw, isCompressed: false, into: &batch)
    } catch {
      return .failure(CallError(.dataLoss, "subscribe: \(error)"))
    }
    call?.decoder = decoder
    // A snapshot that is not complete has to be asked for again.
    if position != nil || decoder.tracker.isSnapshotOver { position = decoder.tracker.position }
    return .success(
      .batch(
        FeedBatch(
          events: batch.eventArray, records: records, position: decoder.tracker.position,
          heartbeat: batch.heartbeat?.time, isSnapshotEnd: batch.isSnapshotEnd,
          reconnects: reconnects)))
  }

  private func lost(_ error: CallError) async {
    guard end == nil else { return }
    if let client = call?.client, await client.closeReason() != nil {
      await owner.link.drop(client)
    }
    if call != nil { reconnects += 1 }
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
}
