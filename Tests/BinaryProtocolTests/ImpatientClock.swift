import BinaryProtocol
import Synchronization

/// A clock on which short waits are over at once and long ones never: retries need no time, and no
/// deadline passes.
final class ImpatientClock: ConnectionClock {
  private let time = Mutex<Int64>(0)

  var nowNanos: Int64 { time.withLock { $0 } }

  func sleep(untilNanos: Int64) async throws {
    let isShort = time.withLock { now in
      guard untilNanos - now < 1_000_000 else { return false }
      now = max(now, untilNanos)
      return true
    }
    guard !isShort else { return try Task.checkCancellation() }
    let never = AsyncStream<Void>.makeStream()
    for await _ in never.stream {}
    try Task.checkCancellation()
  }
}
