/// How a client connects.
public struct ClientOptions: Sendable {
  /// The program's name and version, shown in the server's list of clients.
  public var clientName: String
  /// Limits of this side.
  public var limits: ConnectionLimits
  /// Credit of a stream in bytes: what may be buffered for a consumer that is behind.
  public var streamWindowBytes: UInt32
  /// What this side would use; `data` is needed to subscribe and to publish.
  public var capabilities: WireCapabilities

  public init(
    clientName: String, limits: ConnectionLimits = ConnectionLimits(),
    streamWindowBytes: UInt32 = 256 << 10, capabilities: WireCapabilities = []
  ) {
    self.clientName = clientName
    self.limits = limits
    self.capabilities = capabilities
    self.streamWindowBytes = max(1, streamWindowBytes)
  }
}
