/// The ticks of a class, put together by instrument; within one, in their order.
struct GroupOrder {
  /// Instruments, rising.
  private(set) var instruments: [UInt64] = []
  /// Where each begins in `order`; one more for the end.
  private(set) var starts: [Int] = []
  /// Places in the class, instrument by instrument.
  private(set) var order: [Int32] = []

  private var slots: [Int32] = []
  private var keys: [UInt64] = []

  var groupCount: Int { instruments.count }

  mutating func arrange(_ column: borrowing Span<UInt64>) {
    let count = column.count
    instruments.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    let size = 1 << (64 - UInt64(max(count, 8) * 2).leadingZeroBitCount)
    slots = [Int32](repeating: -1, count: size)
    var numbers = [Int32](repeating: 0, count: count)
    var counts: [Int] = []
    for index in 0..<count {
      let instrument = column[index]
      var slot = Int(truncatingIfNeeded: instrument &* 0x9E37_79B9_7F4A_7C15 >> 32) & (size - 1)
      while slots[slot] >= 0, instruments[Int(slots[slot])] != instrument {
        slot = (slot + 1) & (size - 1)
      }
      if slots[slot] < 0 {
        slots[slot] = Int32(instruments.count)
        instruments.append(instrument)
        counts.append(0)
      }
      let number = slots[slot]
      numbers[index] = number
      counts[Int(number)] += 1
    }
    place(numbers, counts)
  }

  private mutating func place(_ numbers: [Int32], _ counts: [Int]) {
    let sorted = instruments.indices.sorted { instruments[$0] < instruments[$1] }
    var next = [Int](repeating: 0, count: counts.count)
    var start = 0
    for number in sorted {
      starts.append(start)
      next[number] = start
      start += counts[number]
    }
    starts.append(start)
    instruments = sorted.map { instruments[$0] }
    order = [Int32](repeating: 0, count: numbers.count)
    for (index, number) in numbers.enumerated() {
      order[next[Int(number)]] = Int32(index)
      next[Int(number)] += 1
    }
  }
}
