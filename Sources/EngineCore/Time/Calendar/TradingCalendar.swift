/// When a market trades, as data: a zone, a week, holidays and early closes.
///
/// A trading day has a date and one or more sessions `[start, end)`. Zone rules count from 1970 on;
/// before that the offset of 1970-01-01 holds.
public struct TradingCalendar: Sendable, Equatable {
  /// What happens to ticks outside of all sessions.
  public enum OutsidePolicy: String, Sendable, CaseIterable {
    /// They are counted and left out.
    case drop
    /// They belong to the first bar of the next session, which begins where the last one ended.
    case includeInNext = "include-in-next"
    /// The time between two sessions is a session of its own.
    case own
  }

  public enum Week: Sendable, Equatable {
    /// A grid from 1970-01-01T00:00Z that never begins anew.
    case uniform
    /// Every day from one local time to the same of the next day. `isBefore`: the trading day of a
    /// date begins on the day before.
    case continuous(start: Int, isBefore: Bool)
    case hours(WeeklyHours)
  }

  public let name: String
  public let zone: ZoneRules
  public let week: Week
  public let outside: OutsidePolicy
  /// The day that begins a week, 0 = Sunday.
  public let weekStart: Int
  /// Days since 1970 without sessions.
  let holidays: Set<Int>
  /// Local seconds at which a date's sessions end at the latest.
  let earlyCloses: [Int: Int]

  public init(
    name: String, zone: ZoneRules, week: Week, holidays: [CivilDate] = [],
    earlyCloses: [CivilDate: Int] = [:], outside: OutsidePolicy = .own, weekStart: Int? = nil
  ) {
    self.name = name
    self.zone = zone.starting(at: 0)
    self.week = week
    self.outside = outside
    var start = weekStart
    if start == nil, case .hours(let hours) = week { start = hours.weekStart }
    self.weekStart = start ?? 1
    self.holidays = Set(holidays.map(\.daysSinceEpoch))
    self.earlyCloses = Dictionary(
      earlyCloses.map { ($0.key.daysSinceEpoch, $0.value) }, uniquingKeysWith: min)
  }

  /// Days in UTC.
  public static let utc = TradingCalendar(
    name: "utc", zone: .utc, week: .continuous(start: 0, isBefore: false))

  /// The sessions of a date in order, none on holidays; in nanoseconds since 1970.
  public func sessions(on day: Int) -> [Range<Int64>] {
    guard !holidays.contains(day) else { return [] }
    switch week {
    case .uniform: return [instant(day, 0, in: .utc)..<instant(day + 1, 0, in: .utc)]
    case .continuous(let start, let isBefore):
      let first = isBefore ? day - 1 : day
      let (begin, end) = (instant(first, start, in: zone), instant(first + 1, start, in: zone))
      return begin < end ? [begin..<end] : []
    case .hours(let hours):
      let close = earlyCloses[day].map { instant(day, $0, in: zone) } ?? .max
      return hours.sessions(on: day).compactMap { session in
        let begin = instant(day, session.start, in: zone)
        let end = min(instant(day, session.end, in: zone), close)
        return begin < end ? begin..<end : nil
      }
    }
  }

  private func instant(_ day: Int, _ seconds: Int, in zone: ZoneRules) -> Int64 {
    let instant = zone.instant(ofLocal: Int64(day) * 86_400 + Int64(seconds))
    let (nanos, overflow) = instant.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? (instant > 0 ? .max : .min) : nanos
  }

  /// Seconds east of UTC at that time.
  public func offset(at time: Timestamp) -> Int {
    zone.offset(at: time.nanoseconds.dividedFloor(by: 1_000_000_000))
  }

  /// The local date at that time, in days since 1970.
  func localDay(at nanos: Int64) -> Int {
    let seconds = nanos.dividedFloor(by: 1_000_000_000)
    return Int((seconds + Int64(zone.offset(at: seconds))).dividedFloor(by: 86_400))
  }

  /// The largest number of seconds that divides the time of every session's start and end.
  var granularity: Int {
    switch week {
    case .uniform: return 86_400
    case .continuous(let start, _):
      return Int(greatestCommonDivisor(UInt(zone.granularity), start.magnitude))
    case .hours(let hours):
      var divisor = greatestCommonDivisor(UInt(zone.granularity), UInt(hours.granularity))
      for close in earlyCloses.values {
        divisor = greatestCommonDivisor(divisor, close.magnitude)
      }
      return Int(divisor)
    }
  }
}
