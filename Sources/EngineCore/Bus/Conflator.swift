/// Merges events of one reader between two deliveries: the newest quote and bar per instrument,
/// trades as a range in which nothing visible is lost. Other kinds are kept as they are.
///
/// What it holds is bounded by what one delivery takes in: one event per instrument and kind, and
/// at most a ring of the rest. Trades and quotes are found by the instrument's dense number.
package struct Conflator {
  /// Where an instrument's event stands in `events`, if it was put there in this round.
  private struct Place {
    var round: UInt32
    var index: UInt32
  }

  private struct BarKey: Hashable {
    var identity: UInt64
    var isOpen: Bool
  }

  private var events: [Event] = []
  private var trades: [Place] = []
  private var quotes: [Place] = []
  private var bars: [BarKey: Int] = [:]
  private var merged = 0
  /// Counts deliveries, so that places need not be cleared; 0 is never a round.
  private var round: UInt32 = 1

  package init() {}

  /// How many events it holds.
  package var count: Int { events.count }

  package mutating func merge(_ event: Event) {
    switch event.kind {
    case .trade:
      if let index = Self.place(of: event, in: &trades, round: round, next: events.count) {
        merged += 1
        events[index] = Self.range(events[index], adding: event)
      } else {
        events.append(event)
      }
    case .quote:
      if let index = Self.place(of: event, in: &quotes, round: round, next: events.count) {
        merged += 1
        events[index] = Self.newest(event)
      } else {
        events.append(event)
      }
    case .bar: mergeBar(event)
    default: events.append(event)
    }
  }

  /// The index of the instrument's event of this round; nil when this is the first, which then
  /// stands at `next`.
  private static func place(
    of event: Event, in places: inout [Place], round: UInt32, next: Int
  ) -> Int? {
    let instrument = Int(event.instrument.raw)
    if instrument >= places.count {
      let size = max(instrument + 1, places.count * 2, 64)
      places.append(
        contentsOf: repeatElement(Place(round: 0, index: 0), count: size - places.count))
    }
    if places[instrument].round == round { return Int(places[instrument].index) }
    places[instrument] = Place(round: round, index: UInt32(next))
    return nil
  }

  /// The newest state of a bar; a closed one is not replaced by the next one that opens.
  private mutating func mergeBar(_ event: Event) {
    let key = BarKey(identity: event.head & ~0xFF00, isOpen: event.bar.state == .open)
    if let index = bars[key] {
      merged += 1
      events[index] = Self.newest(event)
    } else {
      bars[key] = events.count
      events.append(event)
    }
  }

  /// The merged events in order of their first appearance, and how many were merged away.
  package mutating func take() -> (events: [Event], mergedCount: Int) {
    let taken = (events, merged)
    events = []
    bars.removeAll(keepingCapacity: bars.count <= 4096)
    merged = 0
    round = round == .max ? 1 : round + 1
    if round == 1 {
      trades.removeAll()
      quotes.removeAll()
    }
    return taken
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
