/// One connection of a server, for lists of clients.
public struct ConnectionSummary: Equatable, Sendable {
  /// A number that is not used twice by one server.
  public var id: UInt64
  public var peer: PeerIdentity
  /// The name the client gave itself; empty before the handshake.
  public var clientName: String
  /// When it was accepted, on the server's clock.
  public var sinceNanos: Int64
  /// Calls that run.
  public var openCalls: Int
  /// Calls that were started, ever.
  public var totalCalls: UInt64
  public var bytesIn: UInt64
  public var bytesOut: UInt64
}
