import EngineCore
import Glibc

/// Trades as a busy feed has them: 1,000 instruments, the most active far ahead of the others, one
/// trade every 100 µs, prices that walk in hundredths, sizes in lots, times of receipt with jitter.
///
/// `entropyBytes` says what the numbers drawn come to: no form of them can be smaller.
struct MadeTicks {
  static let instruments = 1_000
  private static let gapNanos = 100_000.0
  private static let delayNanos = 250_000.0
  private static let stepDeviation = 4.0
  private static let sizeMean = 3.0
  private static let sizeDeviation = 1.0

  private var random = SeededRandom(seed: 5)
  private var shares: [Double] = []
  private var prices = [Int64](repeating: 0, count: Self.instruments)
  private var time: Int64 = 1_700_000_000_000_000_000
  private(set) var made = 0

  init() {
    var sum = 0.0
    for rank in 1...Self.instruments {
      sum += 1 / Double(rank)
      shares.append(sum)
    }
    for index in shares.indices { shares[index] /= sum }
    for index in prices.indices { prices[index] = Int64(1_000 + index * 37) }
  }

  mutating func next() -> Event {
    made += 1
    let number = instrument()
    time += Int64(-log(1 - random.unit()) * Self.gapNanos)
    prices[number] += Int64((normal() * Self.stepDeviation).rounded())
    let size = Int64(exp(Self.sizeMean + Self.sizeDeviation * normal()).rounded()) + 1
    let delay = Int64(-log(1 - random.unit()) * Self.delayNanos)
    var event = Event(
      Trade(
        instrument: InstrumentID(UInt32(number + 1)),
        price: Price(raw: prices[number] * 10_000_000),
        size: Quantity(raw: size * 1_000_000_000), side: random.next() & 1 == 0 ? .buy : .sell,
        eventTime: Timestamp(nanoseconds: time),
        receiveTime: Timestamp(nanoseconds: time + delay), venueSequence: UInt64(made),
        source: SourceID(1)))
    event.sequence = UInt64(made)
    return event
  }

  private mutating func instrument() -> Int {
    let draw = random.unit()
    var low = 0
    var high = shares.count - 1
    while low < high {
      let middle = (low + high) / 2
      if shares[middle] < draw { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func normal() -> Double {
    (-2 * log(1 - random.unit())).squareRoot() * cos(2 * .pi * random.unit())
  }

  /// What is drawn for a tick, in bytes.
  static var entropyBytes: Double {
    var bits = 1.0
    let sum = (1...instruments).reduce(0.0) { $0 + 1 / Double($1) }
    for rank in 1...instruments {
      let share = 1 / Double(rank) / sum
      bits -= share * log2(share)
    }
    let e = exp(1.0)
    bits += log2(e * gapNanos) + log2(e * delayNanos)
    bits += log2(stepDeviation * (2 * .pi * e).squareRoot())
    bits += sizeMean / log(2.0) + log2(sizeDeviation * (2 * .pi * e).squareRoot())
    return bits / 8
  }
}
