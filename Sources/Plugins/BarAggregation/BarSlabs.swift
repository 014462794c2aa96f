/// Memory for packed bars that never moves: slabs, and a bit for each place that is taken.
///
/// Places are given out in ascending order, around and around, so that bars that are closed one
/// after the other stand one after the other: memory is written as fast in no other order.
struct BarSlabs: Sendable {
  private static let shift = 9
  private static let mask = 1 << shift - 1
  private static let words = (1 << shift) / 64

  private var slabs: [[PackedBar]] = []
  /// One bit a place: 1 when it is free.
  private var free: [UInt64] = []
  private var freeCount = 0
  /// The word of `free` that is used up now.
  private var word = 0

  var bytes: Int { slabs.count << Self.shift * MemoryLayout<PackedBar>.stride }

  @inline(__always)
  subscript(position: Int32) -> PackedBar {
    get { slabs[Int(position) >> Self.shift][Int(position) & Self.mask] }
    set { slabs[Int(position) >> Self.shift][Int(position) & Self.mask] = newValue }
  }

  /// Gives out a place.
  @inline(__always)
  mutating func take() -> Int32 {
    if word >= free.count || free[word] == 0 { advance() }
    let bit = free[word].trailingZeroBitCount
    free[word] &= free[word] &- 1
    freeCount &-= 1
    return Int32(truncatingIfNeeded: word << 6 | bit)
  }

  mutating func giveBack(_ position: Int32) {
    free[Int(position) >> 6] |= 1 << UInt64(position & 63)
    freeCount += 1
  }

  /// Goes to the next word with a free place. The search goes around only while a quarter of all
  /// is free, so that it is short; else there is another slab.
  @inline(never)
  private mutating func advance() {
    word += 1
    while word < free.count, free[word] == 0 { word += 1 }
    if word < free.count { return }
    if freeCount > free.count * 16 {
      word = 0
      while free[word] == 0 { word += 1 }
      return
    }
    word = free.count
    slabs.append(Array(repeating: PackedBar(start: 0, elsewhere: 0), count: 1 << Self.shift))
    free += Array(repeating: .max, count: Self.words)
    freeCount += 1 << Self.shift
  }
}
