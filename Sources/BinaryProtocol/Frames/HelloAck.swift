/// What a server answers to `Hello`: the agreed version, its limits, and who it is.
public struct HelloAck: Equatable, Sendable {
  /// The version both sides speak from here on.
  public var version: UInt16
  /// WireCapabilities in use: those that both sides have.
  public var capabilities: UInt64
  /// The largest payload the server takes in one frame, in bytes.
  public var maxFrameBytes: UInt32
  /// Most streams a client may have open at a time.
  public var maxStreams: UInt32
  /// Most credit a stream may have, in bytes.
  public var maxCreditBytes: UInt32
  /// A side that heard nothing for so long sends a ping; zero turns keep-alive off.
  public var keepAliveIntervalMillis: UInt32
  /// A side that hears nothing for so long after its ping closes the connection.
  public var keepAliveTimeoutMillis: UInt32
  /// Who the server is.
  public var server: ServerIdentity

  public init(
    version: UInt16, capabilities: UInt64, maxFrameBytes: UInt32, maxStreams: UInt32,
    maxCreditBytes: UInt32, keepAliveIntervalMillis: UInt32, keepAliveTimeoutMillis: UInt32,
    server: ServerIdentity
  ) {
    self.version = version
    self.capabilities = capabilities
    self.maxFrameBytes = maxFrameBytes
    self.maxStreams = maxStreams
    self.maxCreditBytes = maxCreditBytes
    self.keepAliveIntervalMillis = keepAliveIntervalMillis
    self.keepAliveTimeoutMillis = keepAliveTimeoutMillis
    self.server = server
  }
}
