/// A connection that carries bytes both ways: a socket, or a loopback in memory.
///
/// Any thread may call `send` and `close`; one task at a time calls `receive`.
public protocol ByteTransport: Sendable {
  /// Queues bytes to be written, in the order of the calls. Never waits.
  func send(_ bytes: [UInt8]) -> TransportSendOutcome
  /// The next thing that happened; suspends until there is one. After `closed` only `closed` comes.
  func receive() async -> TransportEvent
  /// Closes. With `flushing` what was queued is written first, for a limited time.
  func close(flushing: Bool)
}
