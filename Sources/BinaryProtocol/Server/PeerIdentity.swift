/// Who is at the other end of a connection, as far as the transport knows.
public struct PeerIdentity: Equatable, Sendable {
  /// Where it comes from, such as `unix` or `127.0.0.1:51000`.
  public var address: String
  /// Its process, user and group id; nil when the transport does not tell.
  public var pid: Int32?
  public var uid: UInt32?
  public var gid: UInt32?

  public init(address: String, pid: Int32? = nil, uid: UInt32? = nil, gid: UInt32? = nil) {
    self.address = address
    self.pid = pid
    self.uid = uid
    self.gid = gid
  }
}
