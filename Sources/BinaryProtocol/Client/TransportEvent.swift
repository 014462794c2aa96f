/// What a transport reports to the one who reads it.
public enum TransportEvent: Equatable, Sendable {
  /// Bytes came; never empty.
  case bytes([UInt8])
  /// The outgoing buffer has drained after it was full.
  case writable
  /// Nothing comes any more.
  case closed(CloseReason)
}
