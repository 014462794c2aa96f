/// Exponential and logarithm from basic IEEE 754 operations alone.
///
/// A C library picks its code by processor and version, so its last bit differs between machines;
/// these give the same bits everywhere, which a seed's promise of "the same stream" needs.
enum PortableMath {
  /// eˣ within 2 units in the last place; infinity above 709, 0 below -745.
  @inline(__always)
  static func exp(_ x: Double) -> Double {
    guard x < 709.7 else { return x.isNaN ? x : .infinity }
    guard x > -745 else { return 0 }
    // x = k ln 2 + r, |r| ≤ ln 2 / 2. Adding and taking away 1.5 × 2⁵² rounds to an integer.
    let shifted = x * 1.442_695_040_888_963_4 + 0x1.8p52
    let k = shifted - 0x1.8p52
    let r = (x - k * 0x1.62e42fefap-1) - k * 0x1.cf79abc9e3b39p-40
    let r2 = r * r
    let r4 = r2 * r2
    // Taylor to r¹³, in pairs so that the processor can overlap them.
    let low = (1 + r) + r2 * (0.5 + r * (1.0 / 6))
    let middle =
      (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5_040))
    let high =
      (1.0 / 40_320 + r * (1.0 / 362_880)) + r2 * (1.0 / 3_628_800 + r * (1.0 / 39_916_800))
    let top = 1.0 / 479_001_600 + r * (1.0 / 6_227_020_800)
    let value = low + r4 * (middle + r4 * (high + r4 * top))
    let exponent = Int(k)
    if exponent >= -1021, exponent <= 1023 {
      return value * Double(bitPattern: UInt64(exponent + 1023) << 52)
    }
    // Near the ends of the range the factor itself does not fit: apply it in two steps.
    let half = exponent / 2
    return value * Double(bitPattern: UInt64(half + 1023) << 52)
      * Double(bitPattern: UInt64(exponent - half + 1023) << 52)
  }

  /// The natural logarithm of a positive normal number, within 2 units in the last place.
  static func log(_ x: Double) -> Double {
    var exponent = Double(x.exponent)
    var fraction = x.significand
    if fraction > 1.414_213_562_373_095 {
      fraction *= 0.5
      exponent += 1
    }
    // ln f = 2 artanh s, with |s| ≤ 0.172: the odd series to s²³.
    let s = (fraction - 1) / (fraction + 1)
    let s2 = s * s
    var sum = 0.0
    var divisor = 23.0
    while divisor > 1 {
      sum = (sum + 1 / divisor) * s2
      divisor -= 2
    }
    return exponent * 0x1.62e42fefap-1 + (exponent * 0x1.cf79abc9e3b39p-40 + 2 * s * (1 + sum))
  }
}
