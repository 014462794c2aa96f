internal import BinaryProtocol
internal import EngineCore
internal import Synchronization

/// What a frontend counted of its connections. Any thread may read it.
final class ConnectionCounters: Sendable {
  /// How often each code occurred; rare enough for a lock.
  private struct Ends {
    var closes: [CloseCode: UInt64] = [:]
    var statuses: [BinaryProtocol.StatusCode: UInt64] = [:]
  }

  private let acceptedCount = Atomic<UInt64>(0)
  private let publishedCount = Atomic<UInt64>(0)
  private let rejectedCount = Atomic<UInt64>(0)
  private let ends = Mutex(Ends())

  func connectionAccepted() { acceptedCount.add(1, ordering: .relaxed) }
  func published(_ count: UInt64) { publishedCount.add(count, ordering: .relaxed) }
  func rejected(_ count: UInt64) { rejectedCount.add(count, ordering: .relaxed) }
  /// A connection ended.
  func closed(_ code: CloseCode) { ends.withLock { $0.closes[code, default: 0] += 1 } }
  /// A call ended with an error that its client was told.
  func ended(_ code: BinaryProtocol.StatusCode) {
    ends.withLock { $0.statuses[code, default: 0] += 1 }
  }

  var accepted: UInt64 { acceptedCount.load(ordering: .relaxed) }
  var published: UInt64 { publishedCount.load(ordering: .relaxed) }
  var rejected: UInt64 { rejectedCount.load(ordering: .relaxed) }
  func closes(_ code: CloseCode) -> UInt64 { ends.withLock { $0.closes[code] ?? 0 } }

  /// Connections that ended, by the name of the close code as docs/protocol.md has it.
  var closes: JSONValue {
    let counted = ends.withLock { $0.closes }
    return .object(
      CloseCode.allCases.compactMap { code in
        counted[code].map { ("\(code)", .integer(Int64(clamping: $0))) }
      })
  }

  /// Calls that ended with an error, by the name of the status.
  var statuses: JSONValue {
    let counted = ends.withLock { $0.statuses }
    return .object(
      BinaryProtocol.StatusCode.allCases.compactMap { code in
        counted[code].map { (code.description, .integer(Int64(clamping: $0))) }
      })
  }
}
