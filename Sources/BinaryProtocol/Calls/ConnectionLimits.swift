/// What one connection may cost, on either side. Times are nanoseconds.
public struct ConnectionLimits: Equatable, Sendable {
  /// Largest payload taken in one frame, in bytes; at least 16 KiB.
  public var maxFrameBytes: UInt32 = 1 << 20
  /// Most calls at a time; one counts until its handler has returned, so that cancelling frees
  /// nothing early.
  public var maxStreams: UInt32 = 256
  /// Most credit a stream may hold, in bytes.
  public var maxCreditBytes: UInt32 = 16 << 20
  /// How long the other side has to complete the handshake.
  public var handshakeNanos: Int64 = 5_000_000_000
  /// Silence after which a ping is sent; zero turns keep-alive off.
  public var keepAliveIntervalNanos: Int64 = 15_000_000_000
  /// Silence after a ping that ends the connection.
  public var keepAliveTimeoutNanos: Int64 = 10_000_000_000
  /// How long calls may go on after a GOAWAY.
  public var drainNanos: Int64 = 5_000_000_000

  public init() {}

  /// The same with the frame limit raised to the least that the protocol allows.
  var normalised: ConnectionLimits {
    var limits = self
    limits.maxFrameBytes = max(maxFrameBytes, WireFormat.leastFrameBytes)
    return limits
  }
}
