internal import EngineCore

/// A resolution of charting libraries, and the bar spec that has it: `60` is `1h`, `1D` is `1d`.
struct ChartResolution: Equatable {
  let name: String
  let spec: String
  let count: Int64
  /// Hours are counted in minutes.
  let unit: BarSpec.Unit

  /// Of a spec that is cut by time and made of trades; nil for others.
  init?(spec text: String) {
    guard let spec = try? BarSpec(parsing: text), spec.price == .last,
      case .time(let count, let unit) = spec.measure
    else { return nil }
    let minutes = unit == .hours ? count * 60 : count
    switch unit {
    case .milliseconds: return nil
    case .seconds: (self.count, self.unit, name) = (count, .seconds, "\(count)S")
    case .minutes, .hours: (self.count, self.unit, name) = (minutes, .minutes, "\(minutes)")
    case .days: (self.count, self.unit, name) = (count, .days, "\(count)D")
    case .weeks: (self.count, self.unit, name) = (count, .weeks, "\(count)W")
    case .months: (self.count, self.unit, name) = (count, .months, "\(count)M")
    }
    self.spec = text
  }

  /// The resolutions of specs, shortest first; of two that are alike the first.
  static func all(_ specs: [String]) -> [ChartResolution] {
    var found: [ChartResolution] = []
    for spec in specs {
      guard let resolution = ChartResolution(spec: spec),
        !found.contains(where: { $0.name == resolution.name })
      else { continue }
      found.append(resolution)
    }
    return found.sorted { $0.nanos < $1.nanos }
  }

  /// The one that is meant: `D` is `1D`.
  static func find(
    _ name: String, in specs: [String]
  ) throws(HTTPAnswer.Refusal) -> ChartResolution {
    let all = all(specs)
    let full = name.first?.isLetter == true ? "1\(name)" : name
    if let found = all.first(where: { $0.name == full }) { return found }
    throw HTTPAnswer.Refusal(
      status: 422,
      reason: "resolution: expected one of \(all.map(\.name).joined(separator: ", ")), found "
        + "\"\(name)\"")
  }

  private var nanos: Int64 {
    let day: Int64 = 86_400_000_000_000
    let one: Int64 =
      switch unit {
      case .days: day
      case .weeks: 7 * day
      case .months: 30 * day
      default: unit.nanos ?? day
      }
    return one.multipliedReportingOverflow(by: count).partialValue
  }

  private var isDaily: Bool { [.days, .weeks, .months].contains(unit) }

  /// Sessions that begin in the evening are of the day that follows.
  private static let eveningNanos: Int64 = 3 * 3_600_000_000_000

  /// How charts name a bar: the second at which it begins, and for days and longer the beginning of
  /// its trading day.
  func stamp(_ bar: Bar) -> Int64 {
    guard isDaily else { return ChartText.seconds(bar.start) }
    let second = ChartText.seconds(bar.start.advanced(byNanos: Self.eveningNanos))
    let day = second >= 0 ? second / 86_400 : (second - 86_399) / 86_400
    return day * 86_400
  }

  /// The time at or after which bars begin that charts name with that second or a later one.
  func begin(_ time: Timestamp) -> Timestamp {
    guard isDaily, time > .distantPast, time < .distantFuture else { return time }
    let day: Int64 = 86_400_000_000_000
    let rest = time.nanoseconds % day
    let up = rest > 0 ? day - rest : -rest
    return time.advanced(byNanos: up).advanced(byNanos: -Self.eveningNanos)
  }
}
