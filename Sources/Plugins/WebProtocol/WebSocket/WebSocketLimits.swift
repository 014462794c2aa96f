/// What one connection may cost. Sizes are bytes, times nanoseconds.
public struct WebSocketLimits: Equatable, Sendable {
  /// Largest payload of one frame.
  public var frameBytes = 16 << 20
  /// Largest message, inflated.
  public var messageBytes = 16 << 20
  /// Most frames that one message may come in.
  public var fragments = 1 << 17
  /// A compressed message may grow to this many times its size, or to `expansionFloorBytes`.
  public var expansion = 200
  /// Up to here a compressed message may grow however small it was.
  public var expansionFloorBytes = 256 << 10
  /// Memory of a message that is kept for the next one.
  public var retainedBytes = 1024
  /// How long the other side has to answer a close frame, or to end the connection.
  public var closeNanos: Int64 = 3_000_000_000
  /// Silence after which a ping is sent; zero turns pings off.
  public var pingNanos: Int64 = 20_000_000_000
  /// Silence after a ping that ends the connection.
  public var pongNanos: Int64 = 10_000_000_000

  public init() {}
}
