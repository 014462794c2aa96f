internal import NIOCore

/// Reads connections that send much in small pieces at intervals, together: what came meanwhile is
/// one read, and one turn, for all of it. Lives on the event loop.
final class ReadPacer {
  private let interval: TimeAmount
  private var waiting: [FeedConnection] = []

  init(nanos: Int64) { interval = .nanoseconds(nanos) }

  /// Has a connection read again at the next time.
  func readLater(_ connection: FeedConnection, on eventLoop: any EventLoop) {
    waiting.append(connection)
    guard waiting.count == 1 else { return }
    let own = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: interval) { own.value.read() }
  }

  private func read() {
    let connections = waiting
    waiting.removeAll(keepingCapacity: true)
    for connection in connections { connection.readOnce() }
  }
}
