package import EngineCore

/// The last state of everything: what a stream that starts with a snapshot gets first.
///
/// It follows the log a segment at a time, when that is sealed, not event by event.
package struct LastValues {
  private struct Key: Hashable {
    var kind: UInt8
    var id: UInt64
  }

  /// Where the last trade and quote of an instrument are in `records`, or -1.
  private var trades: [Int32] = []
  private var quotes: [Int32] = []
  private var others: [Key: Int32] = [:]
  /// Events, each in a place of its own, overwritten by the next of its kind.
  private var records: [Event] = []
  /// Takes in the state that an event tells, if it tells one.
  ///
  /// - Parameter isOlder: a status that was put before is newer than this one.
  package mutating func put(_ event: Event, isOlder: Bool = false) {
    switch event.kind {
    case .trade: Self.put(event, at: Int(event.instrument.raw), in: &trades, &records)
    case .quote: Self.put(event, at: Int(event.instrument.raw), in: &quotes, &records)
    case .bar:
      put(event, UInt64(event.instrument.raw) << 16 | UInt64(event.scope))
    case .alert:
      put(event, UInt64(event.instrument.raw) << 32 | UInt64(event.alert.rule.raw))
    case .status:
      let status = event.status
      let key = Key(
        kind: event.kindCode,
        id: UInt64(status.scope.rawValue) << 56
          | UInt64(
            status.scope == .instrument ? event.instrument.raw : status.subject.raw))
      if isOlder, let place = others[key], records[Int(place)].sequence > event.sequence { return }
      put(
        event,
        UInt64(status.scope.rawValue) << 56
          | UInt64(status.scope == .instrument ? event.instrument.raw : status.subject.raw))
    case .correction, .watermark, .gap, .definition, .time, .command: break
    }
  }

  private mutating func put(_ event: Event, _ id: UInt64) {
    let key = Key(kind: event.kindCode, id: id)
    if let place = others[key] {
      records[Int(place)] = event
    } else {
      others[key] = Int32(records.count)
      records.append(event)
    }
  }

  private static func put(
    _ event: Event, at instrument: Int, in places: inout [Int32], _ records: inout [Event]
  ) {
    if instrument >= places.count {
      let size = max(instrument + 1, places.count * 2, 64)
      places.append(contentsOf: repeatElement(-1, count: size - places.count))
    }
    if places[instrument] >= 0 {
      records[Int(places[instrument])] = event
    } else {
      places[instrument] = Int32(records.count)
      records.append(event)
    }
  }

  /// The last trade and quote of an instrument.
  func newest(_ id: InstrumentID) -> (trade: Event?, quote: Event?) {
    func find(_ places: [Int32]) -> Event? {
      let index = Int(id.raw)
      return index < places.count && places[index] >= 0 ? records[Int(places[index])] : nil
    }
    return (find(trades), find(quotes))
  }

  /// Everything that matches, each marked as part of a snapshot.
  func snapshot(of filter: SubjectFilter) -> [Event] {
    var events = records.filter { filter.matches($0) }
    for index in events.indices { events[index].flags.insert(.snapshot) }
    return events
  }
}
