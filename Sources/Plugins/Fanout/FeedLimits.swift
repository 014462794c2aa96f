/// What the feeds of a frontend may cost, and what they are offered.
package struct FeedLimits: Equatable, Sendable {
  /// Bytes of recent events as clients get them.
  package var logBytes = 64 << 20
  /// Whether the last values are kept for those who start with a snapshot.
  package var keepsSnapshot = true
  /// Whether a client may make the engine wait.
  package var allowsLossless = false
  /// A lossless client that stands still for so long is cut off.
  package var losslessStallNanos: Int64 = 10_000_000_000
  /// Silence of a feed after which it is told its position.
  package var heartbeatNanos: Int64 = 1_000_000_000
  /// What is new waits so long for more of it.
  package var flushNanos: Int64 = 0
  /// While events keep coming, writing out waits for more of them at most so long.
  package var coalesceNanos: Int64 = 2_000_000
  /// zlib's level for clients that want compression.
  package var compressionLevel = 1
  /// Subscriptions of one connection.
  package var subscriptionsMax = 64

  package init() {}

  /// The interval that a feed has of its own: none when all wait at least as long.
  package func flushNanos(asked: UInt64) -> Int64 {
    let asked = Int64(clamping: asked)
    return asked > flushNanos ? asked : 0
  }

  /// The interval that a client has in effect.
  package func flushInEffect(asked: UInt64) -> UInt64 { max(asked, UInt64(flushNanos)) }
}
