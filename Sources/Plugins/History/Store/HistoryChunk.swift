internal import BinaryProtocol
internal import EngineCore

/// Neighbouring bars of one series in one row: 128 bytes each, in order of their starts.
///
/// A row a bar would cost a read of a day some thousand steps; a row a day would be written anew
/// with each of its bars. In between, a chunk is an interval of time: 64 bars that are cut by time.
enum HistoryChunk {
  static let barsUsual: Int64 = 64
  static let barBytes = 128
  private static let wordsInBar = 16
  /// Chunks of a series, on both sides of 1970: more than there are with the shortest span.
  private static let half: Int64 = 1 << 39
  static let spanMin: Int64 = 64_000_000

  /// How long a chunk of a spec is, in nanoseconds. It is stored with the series and never changes.
  static func span(of spec: String) -> Int64 {
    let day: Int64 = 86_400_000_000_000
    guard let parsed = try? BarSpec(parsing: spec) else { return day }
    guard case .time(let count, let unit) = parsed.measure else { return 60_000_000_000 }
    let nanos: Int64 =
      switch unit {
      case .days: day
      case .weeks: 7 * day
      case .months: 31 * day
      default: unit.nanos ?? day
      }
    let (step, isLong) = nanos.multipliedReportingOverflow(by: count)
    let (span, isTooLong) = step.multipliedReportingOverflow(by: barsUsual)
    return isLong || isTooLong ? .max : max(span, spanMin)
  }

  /// The row of the chunk in which bars begin at that time.
  static func key(series: Int64, start: Timestamp, span: Int64) -> Int64 {
    var number = start.nanoseconds / span
    if start.nanoseconds < 0, number * span != start.nanoseconds { number -= 1 }
    return series << 40 + half + number
  }

  /// All rows that a series may have.
  static func keys(of series: Int64) -> ClosedRange<Int64> {
    series << 40...series << 40 + 2 * half - 1
  }

  static func series(ofKey key: Int64) -> Int64 { key >> 40 }

  // MARK: Bytes

  static func row(_ bars: [HistoryBar]) -> [UInt8] {
    var words: [UInt64] = []
    words.reserveCapacity(bars.count * wordsInBar)
    for bar in bars { append(bar, to: &words) }
    return words.bytes
  }

  private static func append(_ entry: HistoryBar, to words: inout [UInt64]) {
    let bar = entry.bar
    let all: InlineArray<16, UInt64> = [
      UInt64(bitPattern: bar.start.nanoseconds), UInt64(bitPattern: bar.end.nanoseconds),
      UInt64(bitPattern: bar.open.raw), UInt64(bitPattern: bar.high.raw),
      UInt64(bitPattern: bar.low.raw), UInt64(bitPattern: bar.close.raw),
      UInt64(truncatingIfNeeded: bar.volume), UInt64(truncatingIfNeeded: bar.volume >> 64),
      UInt64(truncatingIfNeeded: bar.notional), UInt64(truncatingIfNeeded: bar.notional >> 64),
      UInt64(bitPattern: bar.buyVolume.raw), bar.firstSequence, bar.lastSequence, entry.sequence,
      UInt64(bar.count) | UInt64(bar.revision) << 32 | UInt64(bar.state.rawValue) << 48
        | UInt64(bar.reason.rawValue) << 56,
      UInt64(bar.flags.rawValue) | entry.log << 8,
    ]
    for index in all.indices { words.append(all[index].littleEndian) }
  }

  /// The bars of a row; their ids are for the reader to fill in.
  static func bars(_ row: [UInt8]) throws(PluginError) -> [HistoryBar] {
    var bars: [HistoryBar] = []
    bars.reserveCapacity(row.count / barBytes)
    try each(row, from: .distantPast, through: .distantFuture) { bars.append($0) }
    return bars
  }

  /// How many bars of a row begin within a range.
  static func count(_ row: [UInt8], from: Timestamp, through: Timestamp) -> Int {
    let span = row.raw
    var count = 0
    for offset in stride(from: 0, through: row.count - barBytes, by: barBytes) {
      let start = Timestamp(nanoseconds: Int64(bitPattern: span.word(at: offset)))
      if start >= from, start <= through { count += 1 }
    }
    return count
  }

  /// Hands over the bars of a row that begin within a range, in order.
  @inline(__always)
  static func each(
    _ row: [UInt8], from: Timestamp, through: Timestamp, _ body: (HistoryBar) -> Void
  ) throws(PluginError) {
    guard row.count % barBytes == 0 else {
      throw PluginError("expected bars of \(barBytes) bytes each, found \(row.count) bytes")
    }
    let span = row.raw
    for offset in stride(from: 0, to: row.count, by: barBytes) {
      let start = Timestamp(nanoseconds: Int64(bitPattern: span.word(at: offset)))
      if start >= from, start <= through { body(try bar(span, offset)) }
    }
  }

  @inline(__always)
  private static func bar(_ span: RawSpan, _ offset: Int) throws(PluginError) -> HistoryBar {
    @inline(__always) func word(_ index: Int) -> UInt64 { span.word(at: offset + index * 8) }
    @inline(__always) func signed(_ index: Int) -> Int64 { Int64(bitPattern: word(index)) }
    @inline(__always) func wide(_ index: Int) -> Int128 {
      Int128(signed(index + 1)) << 64 | Int128(word(index))
    }
    let marks = word(14)
    guard let state = BarState(rawValue: UInt8(truncatingIfNeeded: marks >> 48)),
      let reason = BarReason(rawValue: UInt8(truncatingIfNeeded: marks >> 56))
    else { throw PluginError("a bar at byte \(offset) of its row is damaged") }
    let bar = Bar(
      instrument: .none, spec: .none, state: state,
      revision: UInt16(truncatingIfNeeded: marks >> 32), count: UInt32(truncatingIfNeeded: marks),
      start: Timestamp(nanoseconds: signed(0)), end: Timestamp(nanoseconds: signed(1)),
      open: Price(raw: signed(2)), high: Price(raw: signed(3)), low: Price(raw: signed(4)),
      close: Price(raw: signed(5)), volume: wide(6), notional: wide(8),
      buyVolume: Quantity(raw: signed(10)), firstSequence: word(11), lastSequence: word(12),
      flags: EventFlags(rawValue: UInt8(truncatingIfNeeded: word(15))), reason: reason)
    return HistoryBar(bar: bar, sequence: word(13), epoch: word(15) >> 8)
  }
}
