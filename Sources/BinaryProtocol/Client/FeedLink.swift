import EngineCore

/// The connection of a `FeedClient`: one at a time, made anew when it is lost and somebody needs
/// one.
actor FeedLink {
  let options: FeedOptions
  let clock: any ConnectionClock
  private let connect: FeedClient.Connect
  private var current: CallClient?
  private var dialing: Task<Result<CallClient, CallError>, Never>?
  private var random: SeededRandom
  private var isClosed = false

  init(options: FeedOptions, clock: any ConnectionClock, connect: @escaping FeedClient.Connect) {
    self.options = options
    self.clock = clock
    self.connect = connect
    random = SeededRandom(seed: options.seed)
  }

  /// The connection that lives, or one that is made now; made once for all who wait.
  func client() async -> Result<CallClient, CallError> {
    if isClosed { return .failure(Self.closed) }
    if let current { return .success(current) }
    if let dialing { return await dialing.value }
    let task = Task { await Self.dial(options, clock, connect) }
    dialing = task
    let result = await task.value
    dialing = nil
    guard case .success(let client) = result else { return result }
    if isClosed {
      await client.close()
      return .failure(Self.closed)
    }
    current = client
    return result
  }

  /// Says that a connection is of no use any more: the next one who needs it makes another.
  func drop(_ client: CallClient) {
    if current === client { current = nil }
  }

  /// Waits before attempt `attempt`; the error says why there is none.
  func pause(before attempt: Int, after error: CallError) async -> CallError? {
    guard !isClosed, ReconnectPolicy.isWorthRetrying(error),
      let delay = options.reconnect.delayNanos(attempt: attempt, using: &random)
    else { return isClosed ? Self.closed : error }
    do {
      try await clock.sleep(untilNanos: clock.nowNanos.addingSaturated(delay))
    } catch {
      return CallError(.cancelled, "cancelled by the caller")
    }
    return isClosed ? Self.closed : nil
  }

  /// A number that is not 0, for a publisher.
  func drawInstance() -> UInt64 { max(1, random.next()) }

  func close() async {
    isClosed = true
    let client = current
    current = nil
    await client?.close()
  }

  private static let closed = CallError(.cancelled, "the client was closed")

  private static func dial(
    _ options: FeedOptions, _ clock: any ConnectionClock, _ connect: FeedClient.Connect
  ) async -> Result<CallClient, CallError> {
    do throws(CallError) {
      let transport = try await connect()
      let client = try await CallClient.connect(
        over: transport, clock: clock, options: options.client)
      guard WireCapabilities(rawValue: client.server.capabilities).contains(.data) else {
        await client.close()
        throw CallError(
          .failedPrecondition, "this server has no data plane",
          hint: "connect to the address of a binary frontend")
      }
      if let token = options.token {
        _ = try await client.call(
          AuthenticateReply.method,
          metadata: [MetadataPair(AuthenticateReply.tokenKey, token)])
      }
      return .success(client)
    } catch {
      return .failure(error)
    }
  }
}
