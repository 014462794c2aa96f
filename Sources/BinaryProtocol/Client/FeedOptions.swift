/// How a `FeedClient` connects, and how long it goes on trying.
public struct FeedOptions: Sendable {
  /// Name, limits, window and capabilities of each connection.
  public var client: ClientOptions
  /// Sent with `authenticate` on each connection; nil where the server wants none.
  public var token: String?
  /// What to do when a connection is lost.
  public var reconnect: ReconnectPolicy
  /// Silence after which a subscription counts as broken; 0: never. A server says something every
  /// second.
  public var silenceNanos: Int64
  /// Bytes of events that a publisher keeps until they are acknowledged; below what may wait to be
  /// written on a connection (`WriteBudget`).
  public var publishBufferBytes: Int
  /// For jitter and the publishers' instance numbers.
  public var seed: UInt64

  public init(
    client: ClientOptions, token: String? = nil, reconnect: ReconnectPolicy = ReconnectPolicy(),
    silenceNanos: Int64 = 5_000_000_000, publishBufferBytes: Int = 1 << 20,
    seed: UInt64 = .random(in: 1 ... .max)
  ) {
    self.client = client
    self.client.capabilities = [.data, .zlib]
    self.token = token
    self.reconnect = reconnect
    self.silenceNanos = silenceNanos
    self.publishBufferBytes = publishBufferBytes
    self.seed = seed
  }
}
