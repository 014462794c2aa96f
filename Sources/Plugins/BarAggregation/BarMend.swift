public import EngineCore

/// Makes closed bars of one instrument anew from all of their ticks: intervals are marked, ticks
/// are added in any order, and bars come out. A value without clock or I/O.
public struct BarMend: Sendable {
  private struct Node: Sendable {
    let id: SpecID
    let price: BarSpec.PriceKind
    let completeThrough: Timestamp
    var grid: BarGrid
    /// By where the interval begins.
    var folds: [Int64: BarFold] = [:]
    var newest = BarFold.none
    /// Where ticks were added last: those beside each other in a log are so in time as a rule.
    private var current = BarFold.none
    private var interval = BarInterval(start: .distantFuture, end: .distantPast)
    private var isMarked = false

    init(_ id: SpecID, _ price: BarSpec.PriceKind, _ completeThrough: Timestamp, _ grid: BarGrid) {
      self.id = id
      self.price = price
      self.completeThrough = completeThrough
      self.grid = grid
    }

    mutating func add(_ tick: BarTick) {
      if !current.contains(tick.time) {
        leave()
        guard let found = grid.interval(at: Timestamp(nanoseconds: tick.time)) else { return }
        let fold = folds[found.start.nanoseconds]
        current = fold ?? BarFold.none.placed(in: found)
        interval = found
        isMarked = fold != nil
      }
      guard isMarked, !current.addIfNext(tick) else { return }
      current.merge(BarFold(tick, interval))
    }

    /// Puts what was added to last where the others are.
    mutating func leave() {
      if isMarked { folds[current.start] = current }
      current = .none
      isMarked = false
    }
  }

  private let instrument: InstrumentID
  private var nodes: [Node]
  /// The source of the last tick, and which nodes are made of it.
  private var source: SourceID?
  private var wanted: [Bool] = []

  /// - Parameter makings: those that are not cut by time are left out, as other ticks would cut
  ///   them elsewhere.
  public init(_ instrument: InstrumentID, _ makings: [BarMaking]) {
    self.instrument = instrument
    nodes = makings.compactMap { making in
      guard case .time(let count, let unit) = making.spec.measure,
        let completeThrough = making.completeThrough
      else { return nil }
      return Node(
        making.id, making.spec.price, completeThrough,
        BarGrid(count: count, unit: unit, calendar: making.calendar))
    }
  }

  // MARK: Intervals

  /// Marks what a tick at that time belongs to, where it is closed.
  public mutating func mark(_ time: Timestamp) {
    for index in nodes.indices {
      if nodes[index].newest.contains(time.nanoseconds) { continue }
      nodes[index].leave()
      guard let interval = nodes[index].grid.interval(at: time),
        interval.end <= nodes[index].completeThrough
      else { continue }
      let fold = BarFold.none.placed(in: interval)
      nodes[index].newest = fold
      nodes[index].folds[fold.start] = nodes[index].folds[fold.start] ?? fold
    }
  }

  /// Ranges that hold all marked intervals, in order: a few, so that ticks are read few times.
  public var ranges: [Range<Timestamp>] {
    var ranges: [Range<Timestamp>] = []
    let all = nodes.flatMap(\.folds.values).sorted { $0.start < $1.start }
    for fold in all {
      let (start, end) = (Timestamp(nanoseconds: fold.start), Timestamp(nanoseconds: fold.end))
      if let last = ranges.last, start <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, end)
      } else {
        ranges.append(start..<end)
      }
    }
    return Self.joined(ranges)
  }

  static let rangesMax = 16

  /// Ranges that hold all that is marked in several, to be read one after the other: one that holds
  /// all, unless a good deal of it would be read for nothing.
  public static func passes(over mends: [BarMend]) -> [Range<Timestamp>] {
    var ranges: [Range<Timestamp>] = []
    for range in mends.flatMap(\.ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = ranges.last, range.lowerBound <= last.upperBound {
        ranges[ranges.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        ranges.append(range)
      }
    }
    guard let first = ranges.first, let last = ranges.last else { return [] }
    let all = first.lowerBound..<last.upperBound
    let wanted = ranges.reduce(0.0) { $0 + Double($1.upperBound.nanos(since: $1.lowerBound)) }
    let whole = Double(all.upperBound.nanos(since: all.lowerBound))
    return wanted * 4 >= whole ? [all] : joined(ranges)
  }

  /// Joins what is closest, until there are few enough.
  private static func joined(_ ranges: [Range<Timestamp>]) -> [Range<Timestamp>] {
    guard ranges.count > rangesMax else { return ranges }
    let gaps = zip(ranges, ranges.dropFirst()).map { $1.lowerBound.nanos(since: $0.upperBound) }
    let widest = gaps.indices.sorted { gaps[$0] > gaps[$1] }.prefix(rangesMax - 1).sorted()
    var first = 0
    return (widest + [ranges.count - 1]).map { last in
      defer { first = last + 1 }
      return ranges[first].lowerBound..<ranges[last].upperBound
    }
  }

  // MARK: Ticks

  /// Adds a trade or quote to the marked intervals that it belongs to.
  ///
  /// - Parameter isWanted: whether bars of a spec are made of its source. Asked where the source is
  ///   another one than that of the tick before.
  public mutating func add(_ event: Event, isWanted: (SpecID) -> Bool) {
    if source != event.source {
      source = event.source
      wanted = nodes.map { isWanted($0.id) }
    }
    for index in nodes.indices where wanted[index] {
      if let tick = Self.tick(event, nodes[index].price) { nodes[index].add(tick) }
    }
  }

  private static func tick(_ event: Event, _ price: BarSpec.PriceKind) -> BarTick? {
    switch event.kind {
    case .trade where price == .last: return BarTick(event.trade, sequence: event.sequence)
    case .quote:
      let quote = event.quote
      return quote.price(price).map { BarTick(quote, price: $0, sequence: event.sequence) }
    default: return nil
    }
  }

  /// The bars of a spec's marked intervals, in order; those without ticks are void.
  public func bars(_ id: SpecID) -> [Bar] {
    guard var node = nodes.first(where: { $0.id == id }) else { return [] }
    node.leave()
    return node.folds.values.sorted { $0.start < $1.start }.map { fold in
      var fold = fold
      if fold.count == 0 { fold.empty() }
      fold.state = fold.count == 0 ? .void : .amended
      fold.reason = .backfill
      return Bar(fold, instrument: instrument, spec: id, flags: [])
    }
  }

  /// When a tick counts.
  public static func time(of event: Event) -> Timestamp? {
    switch event.kind {
    case .trade: Timestamp(nanoseconds: BarTick(event.trade, sequence: 0).time)
    case .quote: Timestamp(nanoseconds: event.quote.time)
    case .correction: event.correction.oldTime
    default: nil
    }
  }
}
