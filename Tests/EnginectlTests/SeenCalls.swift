import Synchronization

/// What a `CannedDaemon` was asked, in order.
final class SeenCalls: Sendable {
  private let calls = Mutex<[String]>([])

  func add(_ call: String) { calls.withLock { $0.append(call) } }

  var list: [String] { calls.withLock { $0 } }

  func count(of method: String) -> Int { list.count { $0.hasPrefix(method + " ") } }
}
