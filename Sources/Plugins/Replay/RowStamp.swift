internal import EngineCore

/// Turns rows into events.
struct RowStamp {
  private let kind: RowKind
  private let source: SourceID
  private let receiveTime: Timestamp
  /// Added to recorded times.
  var shift: Int64 = 0

  init(_ kind: RowKind, _ source: SourceID, _ now: Timestamp) {
    self.kind = kind
    self.source = source
    receiveTime = now
  }

  @inline(__always)
  func event(_ row: Row) -> Event {
    let time = Timestamp(nanoseconds: row.time).advanced(byNanos: shift)
    let received =
      row.receiveTime == .min
      ? receiveTime : Timestamp(nanoseconds: row.receiveTime).advanced(byNanos: shift)
    return switch kind {
    case .trades:
      Event(
        Trade(
          instrument: row.instrument, price: Price(raw: row.first),
          size: Quantity(raw: row.firstSize), side: row.side, eventTime: time,
          receiveTime: received, venueSequence: row.tradeID, source: source, flags: .replayed))
    case .quotes:
      Event(
        Quote(
          instrument: row.instrument, bid: Price(raw: row.first), ask: Price(raw: row.second),
          bidSize: Quantity(raw: row.firstSize), askSize: Quantity(raw: row.secondSize),
          eventTime: time, receiveTime: received, source: source, flags: .replayed))
    }
  }
}
