package import EngineCore

/// Turns rows into events.
package struct RowStamp {
  private let kind: RowKind
  private let source: SourceID
  private let receiveTime: Timestamp
  private let flags: EventFlags
  /// Added to recorded times.
  package var shift: Int64 = 0

  /// - Parameter receiveTime: of rows that do not say.
  package init(
    _ kind: RowKind, _ source: SourceID, receiveTime: Timestamp, flags: EventFlags
  ) {
    self.kind = kind
    self.source = source
    self.receiveTime = receiveTime
    self.flags = flags
  }

  @inline(__always)
  package func event(_ row: Row) -> Event {
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
          receiveTime: received, venueSequence: row.tradeID, source: source, flags: flags))
    case .quotes:
      Event(
        Quote(
          instrument: row.instrument, bid: Price(raw: row.first), ask: Price(raw: row.second),
          bidSize: Quantity(raw: row.firstSize), askSize: Quantity(raw: row.secondSize),
          eventTime: time, receiveTime: received, source: source, flags: flags))
    }
  }
}
