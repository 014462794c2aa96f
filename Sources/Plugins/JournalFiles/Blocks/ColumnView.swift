/// A column without differences, of which single values are read where they are.
struct ColumnView {
  let count: Int
  private let base: UInt64
  private let width: Int
  private let words: [UInt64]

  /// Takes a column of so many values over, as it is.
  init(_ reader: inout BodyReader, count: Int) throws(BodyFault) {
    self.count = count
    guard count > 0 else {
      base = 0
      width = 0
      words = []
      return
    }
    width = Int(try reader.byte())
    guard width <= 64 else { throw BodyFault(reason: "a column with differences, or too wide") }
    base = Zigzag.unfold(try reader.varint())
    let start = reader.offset
    let length = (count * width + 7) / 8
    try reader.skip(length)
    guard reader.remaining >= 8 else { throw BodyFault(reason: "a column without an end") }
    words = reader.bytes.words(at: start, count: (length + 7) / 8)
  }

  @inline(__always)
  subscript(index: Int) -> UInt64 {
    precondition(index >= 0 && index < count, "inside the column")
    guard width > 0 else { return base }
    let bit = index &* width
    let shift = UInt64(bit & 63)
    var value = words[bit >> 6] &>> shift
    if Int(shift) &+ width > 64 { value |= words[bit >> 6 &+ 1] &<< (64 &- shift) }
    return base &+ (width == 64 ? value : value & ((1 &<< UInt64(width)) &- 1))
  }

  /// All values.
  func values() -> [UInt64] { (0..<count).map { self[$0] } }

  /// Where a value is, in a column that rises.
  func firstIndex(of value: UInt64) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == value ? low : nil
  }
}
