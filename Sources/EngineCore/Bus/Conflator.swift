/// Merges events of one reader between two deliveries: the newest quote and bar per instrument,
/// trades as a range in which nothing visible is lost. Other kinds are kept as they are.
///
/// What it holds is bounded by what one delivery takes in: at most a ring.
struct Conflator {
  private struct Key: Hashable {
    var head: UInt64
    var state: UInt8
  }

  private var events: [Event] = []
  private var slots: [Key: Int] = [:]
  private var merged = 0

  mutating func merge(_ event: Event) {
    guard let key = Self.key(event) else {
      events.append(event)
      return
    }
    if let index = slots[key] {
      merged += 1
      events[index] =
        event.kind == .trade ? Self.range(events[index], adding: event) : Self.newest(event)
    } else {
      slots[key] = events.count
      events.append(event)
    }
  }

  /// The merged events in order of their first appearance, and how many were merged away.
  mutating func take() -> (events: [Event], mergedCount: Int) {
    defer {
      events.removeAll(keepingCapacity: events.count <= 4096)
      slots.removeAll(keepingCapacity: slots.count <= 4096)
      merged = 0
    }
    return (events, merged)
  }

  /// What makes two events one: kind, instrument, and of a bar its spec and interval's state.
  private static func key(_ event: Event) -> Key? {
    let identity = event.head & ~0xFF00
    switch event.kind {
    case .trade, .quote: return Key(head: identity, state: 0)
    case .bar:
      // A closed bar is not replaced by the next one that opens.
      return Key(head: identity, state: event.bar.state == .open ? 0 : 1)
    default: return nil
    }
  }

  private static func newest(_ event: Event) -> Event {
    var event = event
    event.flags.insert(.conflated)
    return event
  }

  private static func range(_ old: Event, adding new: Event) -> Event {
    var range = old.flags.contains(.conflated) ? old.tradeRange : TradeRange(old.trade)
    range.add(new.trade)
    var event = new
    event.flags.insert(.conflated)
    event.tradeRange = range
    return event
  }
}
