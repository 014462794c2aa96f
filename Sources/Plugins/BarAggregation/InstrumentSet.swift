internal import EngineCore

/// Instruments by their ids, which are small and dense: one bit each.
///
/// What is done for all of them is done in the order of the ids, whatever order they came in.
struct InstrumentSet: Sendable {
  private(set) var words: [UInt64] = []

  @inline(__always)
  mutating func insert(_ instrument: InstrumentID) {
    let id = Int(instrument.raw)
    if id >> 6 >= words.count { grow(to: id >> 6 + 1) }
    words[id >> 6] |= 1 << UInt64(id & 63)
  }

  @inline(never)
  private mutating func grow(to count: Int) {
    words += Array(repeating: 0, count: count - words.count)
  }

  /// The first member from a number on.
  @inline(__always)
  func first(from id: Int) -> Int? {
    var number = id >> 6
    guard number < words.count else { return nil }
    var word = words[number] & ~0 << UInt64(id & 63)
    while word == 0 {
      number += 1
      guard number < words.count else { return nil }
      word = words[number]
    }
    return number << 6 + word.trailingZeroBitCount
  }

  /// Empties the set and keeps its memory.
  mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
  }
}
