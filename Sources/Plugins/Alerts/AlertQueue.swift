internal import EngineCore

/// Alerts on their way to the bus, in order: one tick may bring more than it has room for.
struct AlertQueue {
  /// Beyond that they are published all the same, and the engine says what it refuses.
  static let limit = 1 << 22

  private var events: [Event] = []
  private var head = 0

  init(_ events: [Event] = []) { self.events = events }

  var count: Int { events.count - head }

  mutating func add(_ more: [Event]) { events += more }

  /// Publishes as many as the bus has room for.
  ///
  /// - Parameter waits: false: all of them.
  mutating func publish(to output: inout EventSink, waits: Bool) {
    guard head < events.count else { return }
    while head < events.count, !waits || !output.isStalled || count > Self.limit {
      output.publish(events[head])
      head += 1
    }
    if head == events.count {
      events.removeAll(keepingCapacity: head <= 4096)
      head = 0
    } else if head >= 65_536 {
      events.removeFirst(head)
      head = 0
    }
  }
}
