internal import EngineCore

/// What is fed by what, for series that have the same specs.
///
/// A spec of time is fed by the coarsest finer one whose intervals nest in its own; those without
/// one, and bars that are not cut by time, take the ticks themselves. Sets of specs are bit masks.
struct BarSpecPlan: Sendable, Equatable {
  /// The specs of these series.
  private(set) var mask: UInt64
  /// Time specs that take trades; all specs that take quotes.
  private(set) var tradeRoots: UInt64 = 0
  private(set) var quoteRoots: UInt64 = 0
  /// Threshold specs that take trades.
  private(set) var tradeThresholds: UInt64 = 0
  /// For each spec, those that it feeds.
  private(set) var fed: [UInt64]
  /// For each spec, the one that feeds it.
  private(set) var feeders: [Int?]

  /// For series that have had no tick yet.
  init(mask: UInt64, specs: [BarSpecEntry?]) {
    self.mask = mask
    fed = Array(repeating: 0, count: specs.count)
    feeders = Array(repeating: nil, count: specs.count)
    for spec in specs.indices where mask >> UInt64(spec) & 1 != 0 {
      connect(spec, to: Self.feeder(of: spec, mask, specs), specs)
    }
  }

  /// The same with one spec more. Who feeds the others stays as it is: what they hold came from
  /// there, and nothing may come twice.
  func adding(_ spec: Int, _ specs: [BarSpecEntry?]) -> BarSpecPlan {
    var plan = sized(specs.count)
    plan.mask |= 1 << UInt64(spec)
    plan.connect(spec, to: Self.feeder(of: spec, plan.mask, specs), specs)
    return plan
  }

  /// The same with room for so many specs.
  func sized(_ count: Int) -> BarSpecPlan {
    var plan = self
    while plan.fed.count < count {
      plan.fed.append(0)
      plan.feeders.append(nil)
    }
    return plan
  }

  /// The same without a spec: those that it fed are fed by the one that fed it, or take the ticks
  /// themselves.
  func removing(_ spec: Int, _ specs: [BarSpecEntry?]) -> BarSpecPlan {
    var plan = self
    let bit: UInt64 = 1 << UInt64(spec)
    plan.mask &= ~bit
    plan.tradeRoots &= ~bit
    plan.quoteRoots &= ~bit
    plan.tradeThresholds &= ~bit
    let feeder = plan.feeders[spec]
    if let feeder { plan.fed[feeder] &= ~bit }
    plan.feeders[spec] = nil
    let orphans = plan.fed[spec]
    plan.fed[spec] = 0
    for orphan in specs.indices where orphans >> UInt64(orphan) & 1 != 0 {
      plan.connect(orphan, to: feeder, specs)
    }
    return plan
  }

  private mutating func connect(_ spec: Int, to feeder: Int?, _ specs: [BarSpecEntry?]) {
    guard let entry = specs[spec] else { return }
    let bit: UInt64 = 1 << UInt64(spec)
    feeders[spec] = feeder
    if let feeder {
      fed[feeder] |= bit
    } else if entry.spec.price != .last {
      quoteRoots |= bit
    } else if entry.grid == nil {
      tradeThresholds |= bit
    } else {
      tradeRoots |= bit
    }
  }

  /// The coarsest of the finer ones.
  private static func feeder(of spec: Int, _ mask: UInt64, _ specs: [BarSpecEntry?]) -> Int? {
    guard let entry = specs[spec], let grid = entry.grid else { return nil }
    var best: (index: Int, grid: BarGrid)?
    for (other, candidate) in specs.enumerated()
    where other != spec && mask >> UInt64(other) & 1 != 0 {
      guard let candidate, let finer = candidate.grid,
        candidate.spec.price == entry.spec.price, finer.nests(in: grid),
        // Of two that are the same the first is the finer one.
        !grid.nests(in: finer) || other < spec
      else { continue }
      if let current = best, !current.grid.nests(in: finer) { continue }
      best = (other, finer)
    }
    return best?.index
  }
}
