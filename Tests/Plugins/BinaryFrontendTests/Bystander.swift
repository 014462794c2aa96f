import BinaryProtocol
import EngineCore
import Support
import Testing

/// A client that behaves, beside one that does not: nothing of the other is to be seen from it.
struct Bystander {
  private let client: FeedClient
  private var batches: FeedSubscription.Iterator
  private var last = 0

  /// Subscribes to the trades of instrument 1.
  init(_ stage: FeedStage) async throws {
    stage.define(1)
    // The clock of the server may stand still, and with it what it says every second.
    client = try await stage.client(reconnect: .off, silenceNanos: 0)
    batches = client.subscribe(SubscribeRequest(["trade.S1"])).makeAsyncIterator()
    _ = try await batches.next()
  }

  /// Publishes trades and takes them: every one, in order, on the connection that it had.
  mutating func isUndisturbed(_ stage: FeedStage, count: Int = 100) async throws -> Bool {
    try stage.publish(last + 1...last + count)
    var numbers: [Int64] = []
    while numbers.count < count {
      guard let batch = try await batches.next() else { return false }
      numbers += batch.events.filter { $0.kind == .trade }.map(\.trade.eventTime.nanoseconds)
    }
    defer { last += count }
    return numbers == (last + 1...last + count).map { Int64($0) }
  }

  func close() async { await client.close() }
}
