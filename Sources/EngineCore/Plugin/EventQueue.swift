/// A bounded queue of events that the bus had no room for.
///
/// Grows to what is needed, at most `limit`, and gives memory back when it is empty again.
struct EventQueue {
  private var events: [Event] = []
  private var head = 0
  let limit: Int

  init(limit: Int) { self.limit = limit }

  var count: Int { events.count - head }
  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count >= limit }

  mutating func append(_ event: Event) { events.append(event) }

  /// The waiting events in order, and the number of them that `body` took.
  mutating func consume(_ body: (Span<Event>) -> Int) {
    guard !isEmpty else { return }
    let taken = body(events.span.extracting(head..<events.count))
    head += taken
    if isEmpty {
      events.removeAll(keepingCapacity: events.capacity <= 4096)
      head = 0
    } else if head > 4096, head > events.count / 2 {
      events.removeFirst(head)
      head = 0
    }
  }
}
