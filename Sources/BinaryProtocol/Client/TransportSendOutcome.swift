/// What became of bytes that were given to a transport.
public enum TransportSendOutcome: Equatable, Sendable {
  /// Queued, and there is room for more.
  case accepted
  /// Queued; a `writable` event will say when there is room again.
  case acceptedNowFull
  /// Not queued: the other side does not read, and the buffer is at its limit.
  case overLimit
  /// Not queued: the transport is closed.
  case closed
}
