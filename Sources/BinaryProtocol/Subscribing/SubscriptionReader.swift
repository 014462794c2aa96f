/// A connection with one subscription, as a value: bytes and time go in, batches and bytes come
/// out.
///
/// For programs that run their own loop over many sockets, such as load generators. `FeedClient` is
/// the async one that reconnects.
public struct SubscriptionReader {
  private enum Phase {
    case connecting
    case asked(stream: UInt32)
    case running(stream: UInt32, SubscriptionDecoder)
    case over
  }

  private let request: SubscribeRequest
  private let catalog: ClientCatalog
  private let options: ClientOptions
  private let silenceNanos: Int64
  private let metadata: [MetadataPair]
  private var connection: ClientConnection
  private var phase = Phase.connecting
  private var batch = SubscriptionBatch()
  /// What the server said will come; nil before.
  public private(set) var answer: SubscribeAnswer?
  /// Why it is over; nil while it is not, and when the server ended it well.
  public private(set) var failure: CallError?

  /// A reader for a subscription. `options` should ask for the capabilities `data` and, to have
  /// frames compressed, `zlib`. `metadata` goes with the call, such as a token.
  public init(
    _ request: SubscribeRequest, options: ClientOptions, catalog: ClientCatalog = ClientCatalog(),
    silenceNanos: Int64 = 0, metadata: [MetadataPair] = []
  ) {
    self.metadata = metadata
    self.request = request
    self.options = options
    self.catalog = catalog
    self.silenceNanos = silenceNanos
    connection = ClientConnection(
      clientName: options.clientName, limits: options.limits,
      capabilities: options.capabilities)
  }

  /// Whether nothing comes any more; the transport is to be closed.
  public var isOver: Bool {
    if case .over = phase { true } else { false }
  }

  /// Where to resume; nil before the answer.
  public var position: StreamPosition? {
    if case .running(_, let decoder) = phase { return decoder.tracker.position }
    return lastPosition
  }
  private var lastPosition: StreamPosition?

  /// When `timePassed` has something to do; nil when never.
  public var nextDeadline: Int64? { connection.nextDeadline }

  /// The first bytes to send.
  public mutating func start(now: Int64) -> [UInt8] {
    var output: [UInt8] = []
    perform(connection.start(now: now), [UInt8]().raw, now, &output) { _ in }
    return output
  }

  /// Takes bytes in and calls `body` with what each data frame held; the batch's memory is used
  /// again when it returns. Returns bytes to send.
  public mutating func received(
    _ bytes: RawSpan, now: Int64, _ body: (borrowing SubscriptionBatch) -> Void
  ) -> [UInt8] {
    var output: [UInt8] = []
    perform(connection.received(bytes, now: now), bytes, now, &output, body)
    return output
  }

  /// Looks at every deadline; returns bytes to send.
  public mutating func timePassed(now: Int64) -> [UInt8] {
    var output: [UInt8] = []
    perform(connection.timePassed(now: now), [UInt8]().raw, now, &output) { _ in }
    return output
  }

  /// Ends it; returns bytes to send.
  public mutating func close() -> [UInt8] {
    var output: [UInt8] = []
    perform(connection.close(), [UInt8]().raw, 0, &output) { _ in }
    return output
  }

  private mutating func perform(
    _ actions: [ClientAction], _ input: RawSpan, _ now: Int64, _ output: inout [UInt8],
    _ body: (borrowing SubscriptionBatch) -> Void
  ) {
    for action in actions {
      switch action {
      case .send(let bytes): output += bytes
      case .opened: ask(now, &output)
      case .deliver(let stream, let message):
        take(message, on: stream, now, &output)
      case .data(let frame): take(frame, input, now, &output, body)
      case .endStream(_, let error):
        end(error)
        // Nothing else is wanted of this connection.
        for case .send(let bytes) in connection.close() { output += bytes }
      case .close(let reason): end(connection.lost(reason))
      }
    }
  }

  private mutating func ask(_ now: Int64, _ output: inout [UInt8]) {
    let call = CallRequest(
      method: SubscribeRequest.method, initialCreditBytes: options.streamWindowBytes,
      isUnary: false, metadata: metadata, payload: request.encoded)
    do throws(CallError) {
      let (stream, actions) = try connection.startCall(
        call, takesData: true, silenceNanos: silenceNanos, now: now)
      phase = .asked(stream: stream)
      for case .send(let bytes) in actions { output += bytes }
    } catch {
      end(error)
      for case .send(let bytes) in connection.close() { output += bytes }
    }
  }

  private mutating func take(
    _ message: [UInt8], on stream: UInt32, _ now: Int64, _ output: inout [UInt8]
  ) {
    if case .asked(stream) = phase {
      do throws(CallError) {
        let answer = try SubscribeAnswer(decoding: message)
        self.answer = answer
        phase = .running(
          stream: stream,
          SubscriptionDecoder(
            answer, catalog: catalog, limit: Int(options.limits.maxFrameBytes)))
      } catch {
        return give(up: error, on: stream, &output)
      }
    }
    for case .send(let bytes) in connection.consumed(message.count, on: stream, now: now) {
      output += bytes
    }
  }

  private mutating func take(
    _ frame: DataFrame, _ input: RawSpan, _ now: Int64, _ output: inout [UInt8],
    _ body: (borrowing SubscriptionBatch) -> Void
  ) {
    guard case .running(let stream, var decoder) = phase, stream == frame.stream else {
      if case .over = phase { return }
      let error = CallError(.internalError, "data before the answer to subscribe")
      return give(up: error, on: frame.stream, &output)
    }
    // Moved out while it is changed, so that nothing is copied.
    phase = .over
    var failure: RecordError?
    switch frame.payload {
    case .input(let range):
      failure = Self.decode(
        &decoder, input.extracting(range), frame.isCompressed, &batch)
    case .held(let bytes):
      failure = Self.decode(&decoder, bytes.raw, frame.isCompressed, &batch)
    }
    lastPosition = decoder.tracker.position
    phase = .running(stream: stream, decoder)
    body(batch)
    if let failure {
      let error = CallError(.dataLoss, "subscribe: \(failure)")
      return give(up: error, on: stream, &output)
    }
    let actions = connection.consumed(frame.payload.count, on: stream, now: now)
    for case .send(let bytes) in actions { output += bytes }
  }

  private static func decode(
    _ decoder: inout SubscriptionDecoder, _ payload: RawSpan, _ isCompressed: Bool,
    _ batch: inout SubscriptionBatch
  ) -> RecordError? {
    do throws(RecordError) {
      try decoder.decode(payload, isCompressed: isCompressed, into: &batch)
      return nil
    } catch {
      return error
    }
  }

  private mutating func give(up error: CallError, on stream: UInt32, _ output: inout [UInt8]) {
    end(error)
    for case .send(let bytes) in connection.cancel(stream) { output += bytes }
    for case .send(let bytes) in connection.close() { output += bytes }
  }

  private mutating func end(_ error: CallError?) {
    if case .over = phase { return }
    if case .running(_, let decoder) = phase { lastPosition = decoder.tracker.position }
    phase = .over
    failure = error
  }
}
