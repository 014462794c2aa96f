internal import BarIndicators
internal import EngineCore

/// An indicator whose past cannot be computed again from the bars that are kept: EMA, RSI, and the
/// VWAP of the trading day. Keeps what it was before the newest bar, so that an amendment of that
/// bar can be taken over.
struct RecursiveMean: Sendable {
  enum Kind: Sendable {
    case exponential(ExponentialMean)
    case strength(RelativeStrength)
    /// Sums of the day with this number; not known from where one did not fit 128 bits.
    case day(number: Int64, volume: AlertValue, notional: AlertValue)
  }

  private(set) var now: Kind
  private(set) var before: Kind
  private(set) var value: AlertValue = .unknown

  init?(_ term: AlertTerm) {
    switch term {
    case .average(.ema, _, let length): now = .exponential(ExponentialMean(length: length))
    case .average(.rsi, _, let length): now = .strength(RelativeStrength(length: length))
    case .vwap(_, nil): now = .day(number: .min, volume: AlertValue(0), notional: AlertValue(0))
    default: return nil
    }
    before = now
  }

  /// Takes in the next bar, or the newest one anew.
  mutating func add(_ bar: Bar, day: Int64, isAgain: Bool) {
    if isAgain { now = before } else { before = now }
    switch now {
    case .exponential(var mean):
      value = mean.add(bar).map { AlertValue($0.raw) } ?? .unknown
      now = .exponential(mean)
    case .strength(var strength):
      value = strength.add(bar).map { AlertValue($0) } ?? .unknown
      now = .strength(strength)
    case .day(let number, var volume, var notional):
      if number != day { (volume, notional) = (AlertValue(0), AlertValue(0)) }
      volume = volume + AlertValue(bar.volume)
      notional = notional + AlertValue(bar.notional)
      now = .day(number: day, volume: volume, notional: notional)
      value = volume.raw > 0 ? notional.divided(by: volume, times: 1) : .unknown
    }
  }

  // MARK: Keeping

  var words: [Int64] {
    Self.words(value.raw) + [value.isKnown ? 1 : 0] + Self.words(of: now) + Self.words(of: before)
  }

  /// False when the words are not those of such an indicator.
  mutating func restore(_ words: [Int64]) -> Bool {
    guard words.count >= 3, (words.count - 3) % 2 == 0 else { return false }
    let length = (words.count - 3) / 2
    guard let now = Self.restored(now, Array(words[3..<(3 + length)])),
      let before = Self.restored(before, Array(words[(3 + length)...]))
    else { return false }
    self.now = now
    self.before = before
    value = AlertValue(raw: Self.wide(words[0], words[1]), isKnown: words[2] == 1)
    return true
  }

  private static func words(_ wide: Int128) -> [Int64] {
    [Int64(truncatingIfNeeded: wide), Int64(truncatingIfNeeded: wide >> 64)]
  }

  /// The least number stands for a sum that is not known.
  private static func words(_ sum: AlertValue) -> [Int64] { words(sum.isKnown ? sum.raw : .min) }

  private static func sum(_ low: Int64, _ high: Int64) -> AlertValue {
    let raw = wide(low, high)
    return raw == .min ? .unknown : AlertValue(raw)
  }

  private static func wide(_ low: Int64, _ high: Int64) -> Int128 {
    Int128(high) << 64 | Int128(UInt64(bitPattern: low))
  }

  private static func words(of kind: Kind) -> [Int64] {
    switch kind {
    case .exponential(let mean): mean.state.flatMap(words)
    case .strength(let strength): strength.state.flatMap(words)
    case .day(let number, let volume, let notional):
      [number] + words(volume) + words(notional)
    }
  }

  private static func restored(_ kind: Kind, _ words: [Int64]) -> Kind? {
    let wides = stride(from: 0, to: words.count - 1, by: 2).map { wide(words[$0], words[$0 + 1]) }
    switch kind {
    case .exponential(var mean):
      guard mean.restore(wides) else { return nil }
      return .exponential(mean)
    case .strength(var strength):
      guard strength.restore(wides) else { return nil }
      return .strength(strength)
    case .day:
      guard words.count == 5 else { return nil }
      return .day(
        number: words[0], volume: sum(words[1], words[2]), notional: sum(words[3], words[4]))
    }
  }
}
