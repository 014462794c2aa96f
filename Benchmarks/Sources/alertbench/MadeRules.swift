import AlertRules
import EngineCore

/// Rules and ticks that every system of W6 makes alike.
///
/// Thresholds lie evenly between 80.00 and 120.00, one half above and one half below. Prices begin
/// at 100.00; of the ticks of an instrument drawn at random, a quarter goes up by a hundredth and a
/// quarter goes down.
struct MadeRules {
  struct Rule {
    var instrument: UInt32
    var threshold: Int32
    var isAbove: Bool
  }

  private(set) var rules: [Rule] = []
  private(set) var instruments: [UInt32] = []
  private(set) var prices: [Int32] = []

  init(rules count: Int, ticks: Int, instruments most: Int) {
    rules.reserveCapacity(count)
    for index in 0..<count {
      let draw = Self.mix(1 << 40 + UInt64(index))
      rules.append(
        Rule(
          instrument: UInt32(draw % UInt64(most)),
          threshold: 8000 + Int32((draw >> 20) % 4001), isAbove: draw >> 50 & 1 == 1))
    }
    var last = [Int32](repeating: 10_000, count: most)
    instruments.reserveCapacity(ticks)
    prices.reserveCapacity(ticks)
    for index in 0..<ticks {
      let draw = Self.mix(UInt64(index))
      let instrument = Int(draw % UInt64(most))
      let step = draw >> 20 & 3
      if step == 0 { last[instrument] -= 1 }
      if step == 1 { last[instrument] += 1 }
      instruments.append(UInt32(instrument))
      prices.append(last[instrument])
    }
  }

  /// splitmix64 of the number.
  static func mix(_ index: UInt64) -> UInt64 {
    var z = index &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  @inline(__always)
  func event(_ index: Int, sequence: UInt64) -> Event {
    let time = Timestamp(nanoseconds: 1_699_999_200_000_000_000 + Int64(sequence) &* 100_000)
    var event = Event(
      Trade(
        instrument: InstrumentID(instruments[index] &+ 1),
        price: Price(raw: Int64(prices[index]) &* 10_000_000),
        size: Quantity(raw: 1_000_000_000), eventTime: time, receiveTime: time,
        venueSequence: sequence, source: SourceID(1)))
    event.sequence = sequence
    return event
  }

  /// How often rules fire in the first ticks, by looking at every rule of the instrument.
  func firings(of ticks: Int, instruments most: Int) -> Int {
    var byInstrument = [[Int]](repeating: [], count: most)
    for (index, rule) in rules.enumerated() { byInstrument[Int(rule.instrument)].append(index) }
    var isTrue = [Bool](repeating: false, count: rules.count)
    var count = 0
    for tick in 0..<ticks {
      let price = prices[tick]
      for index in byInstrument[Int(instruments[tick])] {
        let rule = rules[index]
        let holds = rule.isAbove ? price > rule.threshold : price < rule.threshold
        if holds, !isTrue[index] { count += 1 }
        isTrue[index] = holds
      }
    }
    return count
  }
}

/// Counts firings.
struct FiringCount: AlertOutput {
  var firings = 0

  mutating func emit(_ transition: AlertTransition) {
    if transition.to == .firing { firings += 1 }
  }

  mutating func emit(_ notification: AlertNotification) {}
}
