/// A client of a feed: calls, subscriptions and publishers over one connection, which is made anew
/// when it is lost. Subscriptions resume where they were; publishers send what was not
/// acknowledged.
public final class FeedClient: Sendable {
  /// Makes a connection to the server.
  public typealias Connect = @Sendable () async throws(CallError) -> any ByteTransport

  let link: FeedLink

  private init(link: FeedLink) { self.link = link }

  /// Connects. `connect` is called again whenever a connection is needed and the last one is lost.
  /// Throws when the first one fails: only what worked once is tried again.
  public static func connect(
    options: FeedOptions, clock: any ConnectionClock, connect: @escaping Connect
  ) async throws(CallError) -> FeedClient {
    let link = FeedLink(options: options, clock: clock, connect: connect)
    _ = try await link.client().get()
    return FeedClient(link: link)
  }

  deinit {
    let link = link
    Task { await link.close() }
  }

  /// Calls a method and waits for its one reply. Not repeated when the connection is lost.
  public func call(
    _ method: String, _ payload: [UInt8] = [], metadata: [MetadataPair] = [],
    timeoutNanos: UInt64 = 0
  ) async throws(CallError) -> [UInt8] {
    let client = try await link.client().get()
    do throws(CallError) {
      return try await client.call(
        method, payload, metadata: metadata, timeoutNanos: timeoutNanos)
    } catch {
      if error.code == .unavailable { await link.drop(client) }
      throw error
    }
  }

  /// Subscribes; the request is made when the first batch is asked for. The subscription ends when
  /// it and its iterators are dropped.
  public func subscribe(_ request: SubscribeRequest) -> FeedSubscription {
    FeedSubscription(FeedFlow(request: request, owner: self))
  }

  /// Publishes under a name. The call is made when the first event is published.
  public func publisher(named name: String) async -> FeedPublisher {
    let request = PublishRequest(name: name, instance: await link.drawInstance())
    return FeedPublisher(request: request, owner: self)
  }

  /// Closes; what runs ends with `cancelled`.
  public func close() async { await link.close() }
}
