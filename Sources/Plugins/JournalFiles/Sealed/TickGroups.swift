internal import EngineCore

/// The ticks of a class in the order of the grouped form, with their numbers scaled.
struct TickGroups {
  private(set) var order = GroupOrder()
  private(set) var isQuote = false
  private(set) var count = 0
  /// For each field the values, instrument by instrument.
  private(set) var values = [[UInt64]](repeating: [], count: TickField.count)
  /// Bit n: field n is undefined here.
  private(set) var undefined: [UInt8] = []
  /// Bit n: field n is undefined somewhere.
  private(set) var hasUndefined: UInt8 = 0
  /// For each group what its prices, and what its sizes, are multiples of.
  private(set) var priceScales: [UInt64] = []
  private(set) var sizeScales: [UInt64] = []
  /// For each group and field the first value that is defined, or 0.
  private(set) var bases = [[UInt64]](repeating: [], count: TickField.count)
  /// Event times and times of receipt in the order of the class, as `clock` and `runs` need them,
  /// and the sixth field.
  private(set) var straight = [[UInt64]](repeating: [], count: TickField.count)

  static let undefinedWord = UInt64(bitPattern: Int64.min)

  mutating func arrange(_ columns: EventColumns, _ kind: EventColumns.Class) {
    isQuote = kind == .quote
    count = columns.count(of: kind)
    order.arrange(columns.column(0, of: kind))
    undefined = Array(repeating: 0, count: count)
    hasUndefined = 0
    for field in TickField.head..<TickField.count {
      gather(field, columns.column(field, of: kind))
    }
    straight[TickField.eventTime] = Self.copy(columns.column(TickField.eventTime, of: kind))
    straight[TickField.sixth] = Self.copy(columns.column(TickField.sixth, of: kind))
    var received = Self.copy(columns.column(TickField.receiveTime, of: kind))
    for index in received.indices {
      received[index] &+= straight[TickField.eventTime][index]
    }
    straight[TickField.receiveTime] = received
    places()
    scale()
    findBases()
  }

  private static func copy(_ column: borrowing Span<UInt64>) -> [UInt64] {
    var values: [UInt64] = []
    values.reserveCapacity(column.count)
    for index in column.indices { values.append(column[index]) }
    return values
  }

  private mutating func gather(_ field: Int, _ column: borrowing Span<UInt64>) {
    var gathered = [UInt64](repeating: 0, count: count)
    for place in 0..<count { gathered[place] = column[Int(order.order[place])] }
    values[field] = gathered
  }

  func range(_ group: Int) -> Range<Int> { order.starts[group]..<order.starts[group + 1] }

  // MARK: Places

  private mutating func places() {
    var places = [UInt64](repeating: 0, count: count)
    for group in 0..<order.groupCount {
      var before = -1
      for place in range(group) {
        let index = Int(order.order[place])
        places[place] = UInt64(index - before - 1)
        before = index
      }
    }
    values[TickField.place] = places
  }

  /// How many of the low bits of a group's distances are written as they are: distances are about
  /// as many as the class has ticks for each of the group's.
  static func placeShift(ticks: Int, ofGroup count: Int) -> Int {
    let mean = UInt64(ticks / max(count, 1))
    return mean < 8 ? 0 : 63 - mean.leadingZeroBitCount - 2
  }

  // MARK: Scales

  private mutating func scale() {
    let sizes = isQuote ? [TickField.sixth, TickField.seventh] : [TickField.second]
    let prices = isQuote ? [TickField.price, TickField.second] : [TickField.price]
    if isQuote {
      for place in 0..<count {
        values[TickField.second][place] &+= values[TickField.price][place]
      }
    }
    for field in prices + sizes { markUndefined(field) }
    priceScales = (0..<order.groupCount).map { group in scale(range(group), prices) }
    sizeScales = (0..<order.groupCount).map { group in scale(range(group), sizes) }
    for group in 0..<order.groupCount {
      for field in prices { divide(field, range(group), priceScales[group]) }
      for field in sizes { divide(field, range(group), sizeScales[group]) }
      if isQuote { takeDistance(range(group)) }
    }
  }

  private mutating func markUndefined(_ field: Int) {
    let bit: UInt8 = 1 << UInt8(field)
    for place in 0..<count where values[field][place] == Self.undefinedWord {
      undefined[place] |= bit
      hasUndefined |= bit
    }
  }

  /// The largest number that divides all that are defined.
  private func scale(_ range: Range<Int>, _ fields: [Int]) -> UInt64 {
    var common: UInt64 = 0
    for field in fields {
      for place in range where values[field][place] != Self.undefinedWord {
        let size = Int64(bitPattern: values[field][place]).magnitude
        if common == 1 { return 1 }
        if common == 0 {
          common = size
        } else if size % common != 0 {
          common = Self.greatestDivisor(common, size)
        }
      }
    }
    return max(common, 1)
  }

  private static func greatestDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private mutating func divide(_ field: Int, _ range: Range<Int>, _ scale: UInt64) {
    guard scale > 1 else { return }
    let divisor = Int64(bitPattern: scale)
    for place in range where values[field][place] != Self.undefinedWord {
      values[field][place] = UInt64(
        bitPattern: Int64(bitPattern: values[field][place]) / divisor)
    }
  }

  /// Of quotes: the ask becomes its distance from the bid, or from the last bid that was defined.
  private mutating func takeDistance(_ range: Range<Int>) {
    let bidBit: UInt8 = 1 << UInt8(TickField.price)
    let askBit: UInt8 = 1 << UInt8(TickField.second)
    var bid: UInt64 = 0
    for place in range {
      if undefined[place] & bidBit == 0 { bid = values[TickField.price][place] }
      if undefined[place] & askBit == 0 { values[TickField.second][place] &-= bid }
    }
  }

  private mutating func findBases() {
    for field in TickField.head..<TickField.count {
      let bit: UInt8 = 1 << UInt8(field)
      bases[field] = (0..<order.groupCount).map { group in
        range(group).first { undefined[$0] & bit == 0 }.map { values[field][$0] } ?? 0
      }
    }
  }
}
