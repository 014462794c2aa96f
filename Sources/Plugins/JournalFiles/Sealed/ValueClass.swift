/// Numbers as a class and some bits: 0 to 7 are classes of their own; above, a class has the
/// position of the highest bit and the two bits below it, and the rest are written as they are.
enum ValueClass {
  /// The symbol that stands for "undefined"; no number has it.
  static let undefined = 255
  static let count = 256

  @inline(__always)
  static func symbol(_ value: UInt64) -> Int {
    guard value >= 8 else { return Int(value) }
    let highest = 63 &- value.leadingZeroBitCount
    return 8 &+ (highest &- 3) &* 4 &+ Int(value &>> UInt64(highest &- 2) & 3)
  }

  /// The smallest number of each class.
  static let bases: [UInt64] = (0..<count).map { symbol in
    symbol < 8 || symbol == undefined
      ? UInt64(symbol & 7) : UInt64(4 | symbol & 3) << UInt64(extraBits(symbol))
  }

  /// How many bits of a number of this class are written as they are.
  @inline(__always)
  static func extraBits(_ symbol: Int) -> Int {
    symbol < 8 || symbol == undefined ? 0 : (symbol &- 8) / 4 &+ 1
  }
}
