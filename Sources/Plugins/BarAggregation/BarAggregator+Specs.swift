public import EngineCore

/// Adding and removing specs.
extension BarAggregator {
  /// The specs in the order in which they were added.
  public var barSpecs: [BarSpec] { specs.compactMap { $0?.spec } }

  /// The number of a spec, when it is there.
  func number(of id: SpecID) -> Int? {
    specs.indices.first { specs[$0] != nil && facts[$0].id == id }
  }

  /// Adds a spec. Where finer bars are in memory it begins with what they hold; else with the next
  /// tick.
  ///
  /// - Parameter instruments: the keys of those that have it; nil: all.
  public mutating func add<Output: BarOutput & ~Copyable>(
    _ spec: BarSpec, id: SpecID, calendar: TradingCalendar, instruments: Set<String>? = nil,
    to output: inout Output
  ) throws(BarAggregatorError) {
    guard number(of: id) == nil else {
      throw BarAggregatorError(description: "the bar spec \(spec) is there already")
    }
    let grid: BarGrid? =
      if case .time(let count, let unit) = spec.measure {
        BarGrid(count: count, unit: unit, calendar: calendar)
      } else { nil }
    let slot = specs.firstIndex { $0 == nil } ?? specs.count
    guard slot < Self.specsMax else {
      throw BarAggregatorError(
        description: "there are \(Self.specsMax) bar specs, the most at once")
    }
    let days = BarGrid(count: 1, unit: .days, calendar: calendar)
    let node = TimeNode(grid: grid ?? days)
    var threshold = ThresholdNode(
      measure: spec.measure, days: days, resets: spec.calendar != nil,
      splits: options.splitsTrades)
    if grid == nil {
      for _ in series.indices { threshold.addSeries() }
    }
    let entry = BarSpecEntry(spec: spec, grid: grid, instruments: instruments)
    let fact = BarSpecFacts(
      id: id, price: spec.price, isTime: grid != nil, step: grid?.step ?? 0, coverage: .min)
    if slot == specs.count {
      specs.append(entry)
      facts.append(fact)
      nodes.append(node)
      thresholds.append(threshold)
      widen(step: fact.step)
    } else {
      specs[slot] = entry
      facts[slot] = fact
      nodes[slot] = node
      thresholds[slot] = threshold
      clear(slot, step: fact.step)
    }
    let specs = specs
    replan { plan, key in
      entry.instruments?.contains(key) ?? true ? plan.adding(slot, specs) : plan.sized(specs.count)
    }
    if watermark.value != .min { join(slot, to: &output) }
  }

  /// A spec that comes later takes in the finished bars of the one that feeds it.
  private mutating func join<Output: BarOutput & ~Copyable>(
    _ spec: Int, to output: inout Output
  ) {
    facts[spec].coverage = watermark.newest
    guard facts[spec].isTime else { return }
    var first = watermark.value
    var covered = Int64.max
    for index in series.indices {
      guard let feeder = plans[series[index].plan].feeders[spec] else { continue }
      let cell = cell(feeder, index)
      covered = min(covered, max(facts[feeder].coverage, archive.histories[cell].forgottenEnd))
      first = min(first, archive.firstStart(cell) ?? first)
    }
    if covered != .max { facts[spec].coverage = covered }
    nodes[spec].begin(at: first)
    for index in series.indices {
      guard let feeder = plans[series[index].plan].feeders[spec] else { continue }
      for bar in archive.bars(cell(feeder, index)) {
        let time = Timestamp(nanoseconds: bar.start)
        guard let interval = nodes[spec].grid.interval(at: time) else { continue }
        absorb(bar, interval, spec, index, reason: .backfill, to: &output)
      }
    }
    refreshNextEnd()
    close(to: &output)
  }

  /// Removes a spec; those that it fed are fed by another one, or take the ticks themselves.
  ///
  /// - Returns: false when it is not there.
  public mutating func remove(_ id: SpecID) -> Bool {
    guard let spec = number(of: id) else { return false }
    var silence = BarSilence()
    // What it has not handed on yet goes to those that it feeds.
    if facts[spec].isTime {
      for index in series.indices where !open[cell(spec, index)].isNone {
        finish(spec, index, to: &silence)
      }
    }
    let price = facts[spec].price
    let remaining = specs
    replan { plan, _ in plan.removing(spec, remaining) }
    specs[spec] = nil
    facts[spec] = BarSpecFacts(id: .none, price: price, isTime: false, coverage: .min)
    nodes[spec] = TimeNode(grid: nodes[spec].grid)
    thresholds[spec].builds.removeAll()
    thresholds[spec].histories.removeAll()
    clear(spec, step: 0)
    sortSpecs()
    refreshNextEnd()
    return true
  }

  // MARK: Plans

  /// Gives every series another plan, made of its present one.
  private mutating func replan(_ change: (BarSpecPlan, String) -> BarSpecPlan) {
    var changed: [BarSpecPlan] = []
    for index in series.indices {
      let plan = change(plans[series[index].plan], keys[index])
      let place = changed.firstIndex(of: plan) ?? changed.count
      if place == changed.count { changed.append(plan) }
      follow(plan, place, index)
    }
    plans = changed
    feeds = plans.flatMap(\.fed)
    newPlans.removeAll()
    sortSpecs()
    for spec in facts.indices {
      facts[spec].seriesCount = series.count { plans[$0.plan].mask >> UInt64(spec) & 1 != 0 }
    }
  }

  /// The plan of a series that has had no tick yet.
  mutating func plan(_ index: Int) {
    let key = keys[index]
    var mask: UInt64 = 0
    for (number, entry) in specs.enumerated() {
      guard let entry, entry.instruments?.contains(key) ?? true else { continue }
      mask |= 1 << UInt64(number)
      facts[number].seriesCount += 1
    }
    let place = newPlans[mask] ?? addPlan(mask)
    follow(plans[place], place, index)
  }

  private mutating func addPlan(_ mask: UInt64) -> Int {
    let plan = BarSpecPlan(mask: mask, specs: specs)
    let place = plans.firstIndex(of: plan) ?? plans.count
    if place == plans.count {
      plans.append(plan)
      feeds += plan.fed
    }
    newPlans[mask] = place
    return place
  }

  private mutating func follow(_ plan: BarSpecPlan, _ place: Int, _ index: Int) {
    series[index].plan = place
    series[index].tradeRoots = plan.tradeRoots
    series[index].tradeThresholds = plan.tradeThresholds
    series[index].quoteRoots = plan.quoteRoots
    route(index, plan)
  }

  /// Orders specs so that a grid comes before those that it nests in.
  private mutating func sortSpecs() {
    var rest = specs.indices.filter { specs[$0] != nil }
    order.removeAll()
    while !rest.isEmpty {
      // Nesting has no circles but for grids that are the same, of which the first comes first.
      let next =
        rest.first { candidate in
          !rest.contains { other in
            guard other != candidate, let finer = specs[other]?.grid,
              let coarser = specs[candidate]?.grid, finer.nests(in: coarser)
            else { return false }
            return !coarser.nests(in: finer) || other < candidate
          }
        } ?? rest[0]
      order.append(next)
      rest.removeAll { $0 == next }
    }
  }
}

extension BarGrid {
  /// How long intervals are, but for those that a calendar makes longer or shorter.
  fileprivate var step: Int64 {
    if let nanos = unit.nanos { return nanos * count }
    let day: Int64 = 86_400_000_000_000
    switch unit {
    case .weeks: return 7 * day * count
    default: return day * count
    }
  }
}
