/// A connection to a server over which calls are made, many at a time.
///
/// Dropping the last reference closes the connection; calls and streams that run keep it alive.
public final class CallClient: Sendable {
  /// What the server said of itself and its limits.
  public let server: HelloAck

  let session: ClientSession
  private let options: ClientOptions

  private init(session: ClientSession, server: HelloAck, options: ClientOptions) {
    self.session = session
    self.server = server
    self.options = options
  }

  deinit {
    let session = session
    Task { await session.close() }
  }

  /// Does the handshake over a transport that is connected. Closes the transport when it fails.
  public static func connect(
    over transport: any ByteTransport, clock: any ConnectionClock, options: ClientOptions
  ) async throws(CallError) -> CallClient {
    let session = ClientSession(transport: transport, clock: clock, options: options)
    let server = try await session.open()
    return CallClient(session: session, server: server, options: options)
  }

  /// Calls a method and waits for its one reply. Throws `deadlineExceeded` when the time is over,
  /// `cancelled` when the task is, `unavailable` when the connection is lost, else what the server
  /// says.
  public func call(
    _ method: String, _ payload: [UInt8] = [], metadata: [MetadataPair] = [],
    timeoutNanos: UInt64 = 0
  ) async throws(CallError) -> [UInt8] {
    let stream = try await session.start(
      CallRequest(
        method: method, timeoutNanos: timeoutNanos, isUnary: true, metadata: metadata,
        payload: payload))
    let reply = CallStream(client: self, stream: stream)
    var iterator = reply.makeAsyncIterator()
    guard let message = try await iterator.next() else {
      throw CallError(.internalError, "method \(method) ended without a reply")
    }
    // The end follows the reply in the same frame, so that this does not wait.
    _ = try await iterator.next()
    return message
  }

  /// Starts a call that is answered by many messages. `timeoutNanos` limits the whole call; zero is
  /// without limit. Dropping the stream cancels the call.
  public func stream(
    _ method: String, _ payload: [UInt8] = [], metadata: [MetadataPair] = [],
    timeoutNanos: UInt64 = 0, windowBytes: UInt32? = nil
  ) async throws(CallError) -> CallStream {
    let stream = try await session.start(
      CallRequest(
        method: method, timeoutNanos: timeoutNanos,
        initialCreditBytes: max(1, windowBytes ?? options.streamWindowBytes), isUnary: false,
        metadata: metadata, payload: payload))
    return CallStream(client: self, stream: stream)
  }

  /// Why the connection ended; nil while it lives.
  public func closeReason() async -> CloseReason? { await session.closeReason }

  /// Closes the connection; calls that run end with `cancelled`.
  public func close() async { await session.close() }
}
