/// Memory for packed bars that never moves.
///
/// Places are given out in ascending order, so that bars that are closed one after the other stand
/// one after the other, which is how memory is written fastest.
struct BarSlabs: Sendable {
  private static let shift = 9
  private static let mask = 1 << shift - 1

  private var slabs: [[PackedBar]] = []
  private var used: Int32 = 0
  /// Places below `used` that were given back.
  private var free: [Int32] = []

  var bytes: Int { slabs.count << Self.shift * MemoryLayout<PackedBar>.stride }

  @inline(__always)
  subscript(position: Int32) -> PackedBar {
    get { slabs[Int(position) >> Self.shift][Int(position) & Self.mask] }
    set { slabs[Int(position) >> Self.shift][Int(position) & Self.mask] = newValue }
  }

  /// Gives out a place.
  mutating func take() -> Int32 {
    if let position = free.popLast() { return position }
    if Int(used) == slabs.count << Self.shift { extend() }
    used += 1
    return used - 1
  }

  /// Gets memory for so many places, if they are not there: pages that are new to the process take
  /// their time, which bars that are being closed should not wait for.
  @inline(__always)
  mutating func prepare(for count: Int) {
    while slabs.count << Self.shift &- Int(used) &+ free.count < count { extend() }
  }

  @inline(never)
  private mutating func extend() {
    slabs.append(Array(repeating: PackedBar(start: 0, elsewhere: 0), count: 1 << Self.shift))
  }

  mutating func giveBack(_ positions: [Int32]) { free += positions }
}
