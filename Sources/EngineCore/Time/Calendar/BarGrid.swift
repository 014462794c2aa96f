/// Cuts time into bar intervals: a step of a calendar.
///
/// Steps below a day are elapsed time from the start of each session and end with it. Days are
/// trading days; several days count trading days from 2000-01-03, weeks from the week of that day,
/// months from January 1970. Intervals never overlap, and whoever starts when gets the same ones.
public struct BarGrid: Sendable {
  public let count: Int64
  public let unit: BarSpec.Unit
  public let calendar: TradingCalendar
  private var days: TradingDays
  /// The last two answers.
  private var recent: BarInterval?
  private var older: BarInterval?

  public init(count: Int64, unit: BarSpec.Unit, calendar: TradingCalendar) {
    self.count = count
    self.unit = unit
    self.calendar = calendar
    days = TradingDays(calendar)
  }

  /// The interval that a time belongs to; nil when the calendar drops it.
  public mutating func interval(at time: Timestamp) -> BarInterval? {
    if let recent, recent.contains(time) { return recent }
    if let older, older.contains(time) { return older }
    guard let found = compute(time.nanoseconds) else { return nil }
    older = recent
    recent = found
    return found
  }

  /// The first interval that begins after a time that the calendar drops.
  public mutating func next(after time: Timestamp) -> BarInterval? {
    guard let (day, following) = days.around(time.nanoseconds) else { return nil }
    let session =
      day.sessions.first { $0.lowerBound > time.nanoseconds } ?? following?.sessions.first
    return session.flatMap { interval(at: Timestamp(nanoseconds: $0.lowerBound)) }
  }

  private mutating func compute(_ nanos: Int64) -> BarInterval? {
    guard let unitNanos = unit.nanos else { return group(nanos) }
    let step = count * unitNanos
    if case .uniform = calendar.week {
      let start = nanos.dividedFloor(by: step) * step
      return BarInterval(
        start: Timestamp(nanoseconds: start),
        end: Timestamp(nanoseconds: start).advanced(byNanos: step),
        tradeDay: Int32(nanos.dividedFloor(by: 86_400_000_000_000)))
    }
    guard let (session, date, number, firstStart) = session(at: nanos) else { return nil }
    let begin = session.lowerBound
    let index = max(nanos - begin, 0) / step
    let start = index == 0 ? firstStart : begin + index * step
    let (end, overflow) = (begin + index * step).addingReportingOverflow(step)
    return BarInterval(
      start: Timestamp(nanoseconds: start),
      end: Timestamp(nanoseconds: overflow ? session.upperBound : min(end, session.upperBound)),
      tradeDay: Int32(date), session: number)
  }

  /// The session at a time: its range, date, number, and where its first bar begins.
  private mutating func session(
    at nanos: Int64
  ) -> (range: Range<Int64>, date: Int, number: UInt8, firstStart: Int64)? {
    guard let (day, following) = days.around(nanos) else { return nil }
    if let index = day.sessions.lastIndex(where: { $0.lowerBound <= nanos }),
      nanos < day.sessions[index].upperBound
    {
      let session = day.sessions[index]
      var first = session.lowerBound
      if calendar.outside == .includeInNext {
        first =
          index > 0
          ? day.sessions[index - 1].upperBound : days.previous(before: day.date)?.end ?? first
      }
      return (session, day.date, UInt8(min(index, 254)), first)
    }
    // Between two sessions, of one day or of two.
    let index = day.sessions.firstIndex { $0.lowerBound > nanos }
    guard let next = index.map({ day.sessions[$0] }) ?? following?.sessions.first else {
      return nil
    }
    let date = index == nil ? following?.date ?? day.date : day.date
    let previousEnd = index.map { day.sessions[$0 - 1].upperBound } ?? day.end
    switch calendar.outside {
    case .drop: return nil
    case .includeInNext: return (next, date, UInt8(min(index ?? 0, 254)), previousEnd)
    case .own:
      return (previousEnd..<next.lowerBound, date, BarInterval.outside, previousEnd)
    }
  }

  // MARK: Days and longer

  private mutating func group(_ nanos: Int64) -> BarInterval? {
    guard let (day, following) = days.around(nanos) else { return nil }
    let span = self.span(of: day)
    if nanos < span.end { return span.interval(session: 0) }
    // After the last session of a group and before the first of the next.
    guard let following else { return nil }
    let next = self.span(of: following)
    switch calendar.outside {
    case .drop: return nil
    case .includeInNext: return next.interval(session: 0)
    case .own:
      return Span(start: span.end, end: next.start, date: following.date)
        .interval(session: BarInterval.outside)
    }
  }

  private struct Span {
    var start: Int64
    var end: Int64
    var date: Int

    func interval(session: UInt8) -> BarInterval {
      BarInterval(
        start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: end),
        tradeDay: Int32(date), session: session)
    }
  }

  /// From the first session of a group of days to the end of its last one.
  private mutating func span(of day: TradingDays.Day) -> Span {
    var first = day
    var last = day
    if unit != .days || count > 1 {
      let dates = self.dates(around: day.date)
      first = days.day(dates.lowerBound) ?? days.next(after: dates.lowerBound) ?? day
      last = days.previous(before: dates.upperBound) ?? day
    }
    var start = first.start
    if calendar.outside == .includeInNext {
      start = days.previous(before: first.date)?.end ?? start
    }
    return Span(start: start, end: last.end, date: first.date)
  }

  /// The dates of the group that a trading day belongs to, the upper bound exclusive.
  private mutating func dates(around date: Int) -> Range<Int> {
    switch unit {
    case .weeks:
      // 1970-01-04 was a Sunday, day 3.
      let offset = 3 + calendar.weekStart
      let epochWeek = Int64(TradingDays.epochDay - offset).dividedFloor(by: 7)
      let week = Int64(date - offset).dividedFloor(by: 7) - epochWeek
      let first = Int((week.dividedFloor(by: count) * count + epochWeek) * 7) + offset
      return first..<first + Int(count) * 7
    case .months:
      let civil = CivilDate(daysSinceEpoch: date)
      let month = Int64((civil.year - 1970) * 12 + civil.month - 1)
      let first = month.dividedFloor(by: count) * count
      return Self.firstDay(ofMonth: first)..<Self.firstDay(ofMonth: first + count)
    default:
      let ordinal = Int64(days.ordinal(of: date))
      let group = ordinal.dividedFloor(by: count)
      var first = date
      for _ in 0..<(ordinal - group * count) { first = days.previous(before: first)?.date ?? first }
      var last = date
      for _ in 0..<(group * count + count - 1 - ordinal) {
        last = days.next(after: last)?.date ?? last
      }
      return first..<last + 1
    }
  }

  /// Days since 1970 of the first of a month, counted from January 1970.
  private static func firstDay(ofMonth month: Int64) -> Int {
    let year = month.dividedFloor(by: 12)
    return CivilDate(year: Int(1970 + year), month: Int(month - year * 12) + 1, day: 1)
      .daysSinceEpoch
  }
}

extension BarGrid {
  /// Nanoseconds that divide every boundary from 1970 on.
  private var granularity: Int64 {
    let calendarNanos = Int64(calendar.granularity) * 1_000_000_000
    guard let nanos = unit.nanos else { return calendarNanos }
    let step = UInt(nanos * count)
    if case .uniform = calendar.week { return Int64(step) }
    return Int64(greatestCommonDivisor(UInt(calendarNanos), step))
  }

  /// Whether every interval of the other grid is made of whole intervals of this one.
  public func nests(in other: BarGrid) -> Bool {
    if calendar == other.calendar, nestsInSameCalendar(other) { return true }
    // A grid that is regular in UTC fits wherever all boundaries are on it.
    guard let nanos = unit.nanos else { return false }
    let step = nanos * count
    switch calendar.week {
    case .uniform: break
    case .continuous(0, _) where calendar.zone == .utc:
      guard 86_400_000_000_000 % step == 0 else { return false }
    default: return false
    }
    return other.granularity % step == 0
  }

  private func nestsInSameCalendar(_ other: BarGrid) -> Bool {
    if let mine = unit.nanos.map({ $0 * count }) {
      guard let others = other.unit.nanos.map({ $0 * other.count }) else {
        // Days of a uniform grid are those of UTC.
        if case .uniform = calendar.week { return 86_400_000_000_000 % mine == 0 }
        return true
      }
      return others % mine == 0
    }
    guard other.unit.nanos == nil else { return false }
    if unit == .days, count == 1 { return true }
    return unit == other.unit && other.count % count == 0
  }
}
