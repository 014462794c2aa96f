import Synchronization

/// What a `CannedDaemon` was asked, in order.
final class SeenCalls: Sendable {
  private let calls = Mutex<[String]>([])
  private let (stream, continuation) = AsyncStream.makeStream(of: Void.self)

  func add(_ call: String) {
    calls.withLock { $0.append(call) }
    continuation.yield()
  }

  var list: [String] { calls.withLock { $0 } }

  func count(of method: String) -> Int { list.count { $0.hasPrefix(method + " ") } }

  /// Waits until something was asked. For one who waits, at most once; ends with the test's time.
  func first() async throws {
    for await _ in stream { return }
    throw CancellationError()
  }
}
