internal import BarIndicators
internal import EngineCore

/// The newest closed bars of one instrument and spec, and what rules compute of them.
struct BarTrack: Sendable {
  let spec: SpecID
  /// Oldest first; the newest `capacity` of them.
  private(set) var bars: [BarFacts] = []
  private(set) var capacity = 2
  /// Amendments of bars that are no longer the newest: indicators that cannot go back ignore them.
  private(set) var ignoredAmendments = 0

  init(spec: SpecID) { self.spec = spec }

  /// Keeps at least so many bars.
  mutating func reserve(_ count: Int) { capacity = max(capacity, count) }

  /// Keeps so many bars from now on; nil: nobody reads them.
  mutating func keep(_ count: Int?) {
    guard let count else {
      self = BarTrack(spec: spec)
      return
    }
    capacity = max(count, 2)
    if bars.count > capacity { bars.removeFirst(bars.count - capacity) }
  }

  enum Placement {
    case next
    /// The newest bar, amended.
    case again
    /// An older bar, amended.
    case older
    /// Nothing changed.
    case none
  }

  /// Takes in a closed or amended bar.
  mutating func add(_ bar: Bar) -> Placement {
    let facts = BarFacts(bar)
    guard let last = bars.last, facts.start <= last.start else {
      if bars.count >= capacity { bars.removeFirst(bars.count - capacity + 1) }
      bars.append(facts)
      return .next
    }
    guard let index = bars.lastIndex(where: { $0.start <= facts.start }),
      bars[index].start == facts.start
    else { return .none }
    bars[index] = facts
    if index == bars.count - 1 { return .again }
    ignoredAmendments += 1
    return .older
  }

  /// The value of a term that the kept bars tell.
  func value(of term: AlertTerm) -> AlertValue {
    guard let newest = bars.last else { return .unknown }
    switch term {
    case .bar(_, let field): return newest.value(field, before: bars.dropLast().last)
    case .average(_, _, let length):
      guard bars.count >= length else { return .unknown }
      let sum = bars.suffix(length).reduce(Int128(0)) { $0 + Int128($1.close) }
      return AlertValue(AlertValue.divide(sum, Int128(length)))
    case .vwap(_, let length):
      guard let length, bars.count >= length else { return .unknown }
      var sums = (volume: AlertValue(0), notional: AlertValue(0))
      for bar in bars.suffix(length) {
        sums.volume = sums.volume + AlertValue(bar.volume)
        sums.notional = sums.notional + AlertValue(bar.notional)
      }
      return sums.notional.divided(by: sums.volume, times: 1)
    case .statistic(let statistic, _, let field, let length):
      return self.statistic(statistic, field, length, newest)
    case .series, .size, .change, .extreme, .stale: return .unknown
    }
  }

  private func statistic(
    _ statistic: AlertTerm.Statistic, _ field: AlertBarField, _ length: Int, _ newest: BarFacts
  ) -> AlertValue {
    let isPaired = field == .gap
    guard bars.count >= length + (isPaired ? 2 : 1) else { return .unknown }
    let end = bars.count - 1
    var sum = AlertValue(0)
    var values: [AlertValue] = []
    for index in (end - length)..<end {
      let value = bars[index].value(field, before: index > 0 ? bars[index - 1] : nil)
      sum = sum + value
      if statistic == .zscore { values.append(value) }
    }
    guard sum.isKnown else { return .unknown }
    if statistic == .mean { return AlertValue(AlertValue.divide(sum.raw, Int128(length))) }
    let value = newest.value(field, before: bars.dropLast().last)
    return value.isKnown ? Self.zscore(of: value.raw, in: values.map(\.raw), sum.raw) : .unknown
  }

  /// (v − mean) / deviation of the values, in 10⁻⁹. With n values, D = n·v − Σ and V = n·Σ(dᵢ²) −
  /// (Σdᵢ)², the d being distances from a whole mean: z = D / √V. The d are brought into 44 bits,
  /// and √V has 63: z is right to nine digits, and unknown when nothing varies.
  private static func zscore(of value: Int128, in values: [Int128], _ sum: Int128) -> AlertValue {
    let count = Int128(values.count)
    let (scaled, overflow) = value.multipliedReportingOverflow(by: count)
    guard !overflow else { return .unknown }
    let mean = AlertValue(sum / count)
    let distances = values.map { AlertValue($0) - mean }
    guard distances.allSatisfy(\.isKnown) else { return .unknown }
    let largest = distances.reduce(UInt128(1)) { max($0, $1.raw.magnitude) }
    let shift = max(0, 128 - largest.leadingZeroBitCount - 44)
    var total: Int128 = 0
    var squares: Int128 = 0
    for distance in distances {
      let distance = distance.raw >> Int128(shift)
      total += distance
      squares += distance * distance
    }
    let variance = count * squares - total * total
    guard variance > 0 else { return .unknown }
    // √V times 2^(room / 2).
    let room = variance.leadingZeroBitCount / 2 * 2
    var root = Int128((UInt128(variance) << UInt128(room)).squareRootDown)
    // D · 10⁹ · 2^up / root, with as many bits as fit.
    let whole = AlertValue(scaled) - AlertValue(sum)
    guard whole.isKnown else { return .unknown }
    var distance = whole.raw
    let up = room / 2 - shift
    let free = distance.magnitude.leadingZeroBitCount - 32
    if free < 0 {
      distance >>= Int128(-free)
      root >>= Int128(-free)
    }
    var numerator = distance * AlertValue.scale
    if up < 0 {
      numerator >>= Int128(-up)
    } else {
      let left = min(up, max(free, 0))
      numerator <<= Int128(left)
      root >>= Int128(up - left)
    }
    return AlertValue(AlertValue.divide(numerator, max(root, 1)))
  }

  // MARK: Keeping

  var words: [Int64] { bars.flatMap(\.words) }

  /// False when the words are not bars.
  mutating func restore(_ words: [Int64]) -> Bool {
    guard words.count % BarFacts.wordCount == 0 else { return false }
    bars = stride(from: 0, to: words.count, by: BarFacts.wordCount).map { index in
      BarFacts(words: words[index..<(index + BarFacts.wordCount)])
    }
    return true
  }
}
