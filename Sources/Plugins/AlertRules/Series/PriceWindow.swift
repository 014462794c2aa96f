/// The highest and lowest price of the last while, and the price before it, in bounded memory.
///
/// A window is cut into 250 slots of event time. It is never shorter than it says, and longer by
/// at most one slot: prices count from the beginning of the slot that a window before now lies in.
/// Time does not go back: a late tick counts as now.
struct PriceWindow: Sendable {
  static let slots: Int64 = 250

  private struct Slot: BitwiseCopyable, Sendable {
    var number: Int64
    var high: Int64
    var low: Int64
    var close: Int64
  }

  let series: AlertSeries
  let nanos: Int64
  private let width: Int64
  /// Slots with prices, oldest first, from `first` on; at most 251 and the newest.
  private var ring: [Slot] = []
  private var first = 0
  private var newest: Int64 = .min
  /// Of the slots of the window, the newest left out.
  private var highBefore: Int64 = .min
  private var lowBefore: Int64 = .max

  /// Before the newest tick: the price a window ago, and the highest and lowest since; nil until a
  /// whole window has been seen.
  private(set) var reference: Int64?
  private(set) var highest: Int64 = .min
  private(set) var lowest: Int64 = .max
  /// The newest price.
  private(set) var price: Int64?

  init(series: AlertSeries, nanos: Int64) {
    self.series = series
    self.nanos = nanos
    width = max(nanos / Self.slots, 1)
  }

  /// Whether a whole window has been seen.
  var isFull: Bool { reference != nil }

  /// Takes in a price.
  mutating func add(_ price: Int64, at time: Int64) {
    let number = max(Self.floor(time, width), newest)
    if number != newest { begin(number) }
    if let last = ring.indices.last, ring[last].number == number {
      highest = max(highBefore, ring[last].high)
      lowest = min(lowBefore, ring[last].low)
      ring[last].high = max(ring[last].high, price)
      ring[last].low = min(ring[last].low, price)
      ring[last].close = price
    } else {
      highest = highBefore
      lowest = lowBefore
      ring.append(Slot(number: number, high: price, low: price, close: price))
    }
    self.price = price
  }

  /// Goes on to a new slot: what is older than the window becomes the reference.
  private mutating func begin(_ number: Int64) {
    newest = number
    let oldest = number - Self.slots
    while first < ring.count, ring[first].number < oldest {
      reference = ring[first].close
      first += 1
    }
    if first > 256 {
      ring.removeFirst(first)
      first = 0
    }
    highBefore = .min
    lowBefore = .max
    for slot in ring[first...] {
      highBefore = max(highBefore, slot.high)
      lowBefore = min(lowBefore, slot.low)
    }
  }

  private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  func value(of term: AlertTerm) -> AlertValue {
    guard let reference, let price else { return .unknown }
    switch term {
    case .change:
      let (now, before) = (AlertValue(price), AlertValue(reference))
      let divisor = reference < 0 ? AlertValue(0) - before : before
      return (now - before).divided(by: divisor, times: 100 * AlertValue.scale)
    case .extreme(let extreme, _, _):
      // A window without a tick before the newest has no extremes.
      guard highest != .min else { return .unknown }
      switch extreme {
      case .high: return AlertValue(Truth(price > highest))
      case .low: return AlertValue(Truth(price < lowest))
      case .highest: return AlertValue(highest)
      case .lowest: return AlertValue(lowest)
      }
    default: return .unknown
    }
  }

  // MARK: Keeping

  var words: [Int64] {
    var words = [reference == nil ? 0 : 1, reference ?? 0, price == nil ? 0 : 1, price ?? 0]
    words += [newest, highBefore, lowBefore, highest, lowest]
    for slot in ring[first...] { words += [slot.number, slot.high, slot.low, slot.close] }
    return words
  }

  /// False when the words are not those of a window.
  mutating func restore(_ words: [Int64]) -> Bool {
    guard words.count >= 9, (words.count - 9) % 4 == 0, (words.count - 9) / 4 <= Self.slots + 2
    else { return false }
    reference = words[0] == 0 ? nil : words[1]
    price = words[2] == 0 ? nil : words[3]
    newest = words[4]
    (highBefore, lowBefore, highest, lowest) = (words[5], words[6], words[7], words[8])
    first = 0
    ring = stride(from: 9, to: words.count, by: 4).map { index in
      Slot(
        number: words[index], high: words[index + 1], low: words[index + 2],
        close: words[index + 3])
    }
    return true
  }
}
