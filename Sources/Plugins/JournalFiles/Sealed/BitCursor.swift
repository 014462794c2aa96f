/// A place in bits, and the end that it may not pass.
struct BitCursor {
  private(set) var bit: Int
  private let end: Int

  /// - Parameter end: where the bits end; eight bytes are behind it.
  init(bit: Int, end: Int) {
    self.bit = bit
    self.end = end
  }

  /// True when more was taken than there was; from then on nothing moves.
  var isOver: Bool { bit > end }

  /// Fewer than eight bits are left: those that fill the last byte.
  var isAtEnd: Bool { bit <= end && end &- bit < 8 }

  /// The next symbol's number, and which symbol it was.
  @inline(__always)
  mutating func next(
    _ code: some SymbolCode, _ bases: [UInt64], _ bytes: RawSpan
  ) -> (value: UInt64, symbol: UInt32) {
    guard bit <= end else { return (0, 0) }
    let word = bytes.word(at: bit >> 3) &>> UInt64(bit & 7)
    let entry = code.entry(word)
    let length = UInt64(entry & 0xF)
    let extra = UInt64(entry &>> 4 & 0x3F)
    let symbol = entry &>> 10
    bit &+= Int(truncatingIfNeeded: length)
    let base = bases[Int(symbol)]
    // Of a word at least 57 bits are there.
    if length &+ extra <= 57 {
      bit &+= Int(truncatingIfNeeded: extra)
      return (base &+ (word &>> length & ((1 &<< extra) &- 1)), symbol)
    }
    return (base &+ take(Int(extra), bytes), symbol)
  }

  /// The next bits as they are, 1…64.
  @inline(__always)
  mutating func take(_ width: Int, _ bytes: RawSpan) -> UInt64 {
    guard bit <= end else { return 0 }
    let taken = bytes.bits(at: bit, width)
    bit &+= width
    return taken
  }
}
