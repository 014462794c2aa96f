/// What a client is told of the server first.
public struct StreamServer: Equatable, Sendable {
  /// The version of the engine.
  public var release: String
  /// The log and the sequence of its next event.
  public var epoch: UInt64
  public var next: UInt64
  /// Now, in nanoseconds since 1970.
  public var timeNanos: Int64
  /// Nanoseconds between two heartbeats at most.
  public var heartbeatNanos: UInt64

  public init(
    release: String, epoch: UInt64, next: UInt64, timeNanos: Int64,
    heartbeatNanos: UInt64 = 1_000_000_000
  ) {
    self.release = release
    self.epoch = epoch
    self.next = next
    self.timeNanos = timeNanos
    self.heartbeatNanos = heartbeatNanos
  }
}
