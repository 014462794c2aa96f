/// What a `call` frame asks for.
public struct CallRequest: Equatable, Sendable {
  /// The method's name, 1 to 255 bytes of UTF-8.
  public var method: String
  /// How long the caller waits, in nanoseconds from receipt; zero is without limit.
  public var timeoutNanos: UInt64
  /// Bytes the server may send on the stream before it must wait for `credit`.
  public var initialCreditBytes: UInt32
  /// Whether the caller expects exactly one reply.
  public var isUnary: Bool
  /// At most 64 pairs.
  public var metadata: [MetadataPair]
  /// The request itself, opaque to this layer.
  public var payload: [UInt8]

  public init(
    method: String, timeoutNanos: UInt64 = 0, initialCreditBytes: UInt32 = 0,
    isUnary: Bool = true, metadata: [MetadataPair] = [], payload: [UInt8] = []
  ) {
    self.method = method
    self.timeoutNanos = timeoutNanos
    self.initialCreditBytes = initialCreditBytes
    self.isUnary = isUnary
    self.metadata = metadata
    self.payload = payload
  }
}
