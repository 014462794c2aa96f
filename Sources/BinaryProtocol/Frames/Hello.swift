/// What a client says first.
public struct Hello: Equatable, Sendable {
  /// The versions the client speaks; the server picks the highest that both know.
  public var versions: ClosedRange<UInt16>
  /// Capability bits the client would use; unknown bits are ignored.
  public var capabilities: UInt64
  /// The largest payload the client takes in one frame, in bytes; at least 16 KiB.
  public var maxFrameBytes: UInt32
  /// The program's name and version, for lists of clients; may be empty.
  public var clientName: String

  public init(
    versions: ClosedRange<UInt16> = WireFormat.versions, capabilities: UInt64 = 0,
    maxFrameBytes: UInt32, clientName: String
  ) {
    self.versions = versions
    self.capabilities = capabilities
    self.maxFrameBytes = maxFrameBytes
    self.clientName = clientName
  }
}
