/// What a handler knows of its call beside the payload.
public struct CallContext: Sendable {
  /// The method's name.
  public let method: String
  /// What the caller sent along.
  public let metadata: [MetadataPair]
  /// When the caller gives up, on the server's clock; nil when never. The task is cancelled then.
  public let deadlineNanos: Int64?
  /// Who calls.
  public let peer: PeerIdentity
  /// The name the client gave itself; not verified.
  public let clientName: String

  public init(
    method: String, metadata: [MetadataPair] = [], deadlineNanos: Int64? = nil,
    peer: PeerIdentity = PeerIdentity(address: "local"), clientName: String = ""
  ) {
    self.method = method
    self.metadata = metadata
    self.deadlineNanos = deadlineNanos
    self.peer = peer
    self.clientName = clientName
  }

  /// The first value of a metadata key.
  public func value(_ key: String) -> String? {
    metadata.first { $0.key == key }?.value
  }
}
