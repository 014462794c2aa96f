package import EngineCore

/// Turns rows into events.
package struct RowStamp {
  private let kind: RowKind
  private let source: SourceID
  private let receiveTime: Timestamp
  private let flags: EventFlags
  private let bars: RecordedBars
  /// Added to recorded times.
  package var shift: Int64 = 0

  /// - Parameters:
  ///   - receiveTime: of rows that do not say.
  ///   - bars: what rows that are bars have in common.
  package init(
    _ kind: RowKind, _ source: SourceID, receiveTime: Timestamp, flags: EventFlags,
    bars: RecordedBars? = nil
  ) {
    self.bars = bars ?? RecordedBars(spec: .none, nanos: 0)
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
    case .bars: Event(bar(row, end: time))
    }
  }

  /// How many trades it has and what they came to is not recorded.
  private func bar(_ row: Row, end: Timestamp) -> Bar {
    Bar(
      instrument: row.instrument, spec: bars.spec, state: .closed, count: 0,
      start: end.advanced(byNanos: -bars.nanos), end: end, open: Price(raw: row.open),
      high: Price(raw: row.high), low: Price(raw: row.low), close: Price(raw: row.close),
      volume: Int128(row.volume) * Int128(FixedPoint.scale), notional: 0, flags: flags)
  }
}
