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

  /// Empties the set and keeps its memory.
  mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
  }
}
