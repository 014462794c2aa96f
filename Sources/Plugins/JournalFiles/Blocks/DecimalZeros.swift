/// How many decimal zeros numbers end with that were looked at: the least of them.
struct DecimalZeros {
  /// No power of ten above is a word.
  static let maximum = 18

  private(set) var count: Int
  /// Ten to that.
  private(set) var power: UInt64

  init(_ number: UInt64) {
    count = number == 0 ? 0 : Self.maximum
    power = number == 0 ? 1 : Self.power(Self.maximum)
    look(at: number)
  }

  mutating func look(at number: UInt64) {
    while number % power != 0 {
      power /= 10
      count -= 1
    }
  }

  /// Looks at some of the values, evenly apart, less a base.
  mutating func look(at values: borrowing Span<UInt64>, above base: UInt64, atMost limit: Int) {
    let step = max(values.count / limit, 1)
    var index = 0
    while index < values.count, count > 0 {
      look(at: values[index] &- base)
      index += step
    }
  }

  static func power(_ count: Int) -> UInt64 {
    var power: UInt64 = 1
    for _ in 0..<count { power *= 10 }
    return power
  }
}

/// Division by a power of ten without a division: of its multiples. What is made of others is
/// larger than any quotient (Granlund and Montgomery, "Division by Invariant Integers using
/// Multiplication", section 9).
struct ExactQuotient {
  /// Of the odd part of the power, modulo 2^64.
  private let inverse: UInt64
  /// The zeros of the power as bits.
  private let shift: UInt64

  init(_ zeros: DecimalZeros) {
    let odd = zeros.power >> UInt64(zeros.count)
    // Each step doubles the bits that are right; an odd number is its own inverse in three.
    var inverse = odd
    for _ in 0..<5 { inverse = inverse &* (2 &- odd &* inverse) }
    self.inverse = inverse
    shift = UInt64(zeros.count)
  }

  @inline(__always)
  func of(_ number: UInt64) -> UInt64 {
    let product = number &* inverse
    return product &>> shift | product &<< (64 &- shift)
  }
}
