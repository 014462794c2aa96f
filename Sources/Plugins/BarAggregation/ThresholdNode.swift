internal import EngineCore

/// Bars that are complete when something has added up: trades, volume, notional, or a distance.
struct ThresholdNode: Sendable {
  /// What one series has so far.
  struct Build: Sendable {
    var fold = BarFold.none
    /// What has added up towards the threshold.
    var progress: Int128 = 0
    var ordinal: UInt32 = 0
    var day = Int32.min
    /// Where the bar before it began: the next one begins later, if only by a nanosecond.
    var lastStart = Int64.min
  }

  let measure: BarSpec.Measure
  /// Trading days: ordinals begin anew with each.
  var days: BarGrid
  /// An unfinished bar ends with its trading day.
  let resets: Bool
  let splits: Bool
  var builds: [Build] = []
  var histories: [BarHistoryRing] = []

  init(measure: BarSpec.Measure, days: BarGrid, resets: Bool, splits: Bool) {
    self.measure = measure
    self.days = days
    self.resets = resets
    self.splits = splits
  }

  mutating func addSeries() {
    builds.append(Build())
    histories.append(BarHistoryRing())
  }

  mutating func markInexact() {
    for index in builds.indices where !builds[index].fold.isNone {
      builds[index].fold.flags.insert(.inexact)
    }
  }

  /// The part of a tick that the open bar still takes, and whether it is complete then. Nil: the
  /// whole tick, and there is room left.
  func part(of tick: BarTick, _ build: Build, increment: Int64) -> (size: Int64, isComplete: Bool) {
    switch measure {
    case .time: return (tick.size, false)
    case .ticks(let count): return (tick.size, build.progress + 1 >= Int128(count))
    case .volume(let amount):
      let rest = amount - build.progress
      guard Int128(tick.size) >= rest else { return (tick.size, false) }
      return (splits ? Int64(rest) : tick.size, true)
    case .notional(let amount):
      let rest = amount - build.progress
      let price = Int128(tick.price.magnitude)
      guard price * Int128(tick.size) >= rest else { return (tick.size, false) }
      // The smallest size that reaches the threshold.
      return (splits ? Int64((rest + price - 1) / price) : tick.size, true)
    case .range(let count):
      let high = build.fold.isNone ? tick.price : max(build.fold.high, tick.price)
      let low = build.fold.isNone ? tick.price : min(build.fold.low, tick.price)
      let distance = Int128(high) - Int128(low)
      return (tick.size, distance >= Int128(count) * Int128(increment))
    }
  }

  /// What a part of a tick adds towards the threshold.
  func weight(of tick: BarTick) -> Int128 {
    switch measure {
    case .time, .range: 0
    case .ticks: 1
    case .volume: Int128(tick.size)
    case .notional: Int128(tick.price.magnitude) * Int128(tick.size)
    }
  }
}
