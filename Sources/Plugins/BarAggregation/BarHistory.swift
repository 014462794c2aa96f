/// Which of an archive's bars are those of one series and spec.
struct BarHistory: Sendable {
  /// Their positions in the archive: a ring that begins at `head`. Behind the newest are those of
  /// bars that gave way, which the next ones take.
  private(set) var positions: [Int32] = []
  private var head: Int32 = 0
  private var size: Int32 = 0
  /// How many positions there are, here as the array itself is further away.
  private var room: Int32 = 0
  /// The first of the positions that the next bars get, for the same reason, and how many they are.
  private var ahead: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
  private var aheadCount: Int32 = 0
  /// Bars that are finished and not closed yet.
  var waiting: Int32 = 0
  /// Bars that are kept elsewhere, as they do not fit.
  var unpacked: Int32 = 0
  /// The start of the newest bar; `min` when there is none.
  var newestStart = Int64.min
  /// The end of the newest bar that gave way; `min` as long as all are here.
  var forgottenEnd = Int64.min
  /// How long bars are by the grid.
  let step: Int64

  init(step: Int64) { self.step = step }

  @inline(__always)
  var count: Int { Int(size) }

  @inline(__always)
  subscript(place: Int) -> Int32 { positions[index(place)] }

  @inline(__always)
  private func index(_ place: Int) -> Int {
    let index = Int(head) + place
    return index < room ? index : index - Int(room)
  }

  /// How many of the oldest have to go before the next one is appended. They go in pieces, so that
  /// this is rare; the first piece is another one for each history, as those that grew together
  /// would otherwise all forget at the same close.
  @inline(__always)
  func overflow(limit: Int) -> Int {
    let slack = max(limit / 4, 4)
    if count < limit + slack { return 0 }
    return count - limit - (head > 0 ? 0 : Int(positions[0]) % slack)
  }

  /// Whether the next one needs a new position.
  @inline(__always)
  var isFull: Bool { size == room }

  /// Takes in a new position, which the next bar gets.
  mutating func grow(_ position: Int32) {
    if head > 0 {
      positions = Array(positions[Int(head)...] + positions[..<Int(head)])
      head = 0
    }
    if count == positions.capacity, count > 8 {
      // By different amounts, so that those that grow together are not moved at the same close.
      positions.reserveCapacity(count + count / 4 + Int(position) % (count / 2))
    }
    positions.append(position)
    room += 1
  }

  /// Adds one at the end, where there is a position for it.
  @inline(__always)
  mutating func extend() -> Int32 {
    if aheadCount == 0 { lookAhead() }
    let position = ahead.0
    ahead = (ahead.1, ahead.2, ahead.3, 0)
    aheadCount -= 1
    size += 1
    return position
  }

  @inline(never)
  private mutating func lookAhead() {
    aheadCount = min(room - size, 4)
    let first = count
    ahead.0 = self[first]
    if aheadCount > 1 { ahead.1 = self[first + 1] }
    if aheadCount > 2 { ahead.2 = self[first + 2] }
    if aheadCount > 3 { ahead.3 = self[first + 3] }
  }

  /// Adds one in between, where there is a position for it.
  mutating func insert(at place: Int) -> Int32 {
    let position = extend()
    for other in stride(from: count - 1, to: place, by: -1) {
      positions[index(other)] = positions[index(other - 1)]
    }
    positions[index(place)] = position
    return position
  }

  mutating func removeFirst(_ removed: Int) {
    head = Int32(index(removed))
    size -= Int32(removed)
  }
}
