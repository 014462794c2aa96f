/// A value in 10⁻⁹ of its unit, or nothing when it is not known or does not fit 128 bits.
struct AlertValue: BitwiseCopyable, Sendable, Equatable {
  var raw: Int128
  var isKnown: Bool

  static let unknown = AlertValue(raw: 0, isKnown: false)
  static let scale: Int128 = 1_000_000_000

  init(raw: Int128, isKnown: Bool) {
    self.raw = raw
    self.isKnown = isKnown
  }

  init(_ raw: Int128) {
    self.raw = raw
    isKnown = true
  }

  @_disfavoredOverload
  init(_ raw: Int64) { self.init(Int128(raw)) }

  init(_ truth: Truth) {
    raw = truth == .yes ? 1 : 0
    isKnown = truth != .unknown
  }

  var truth: Truth { isKnown ? Truth(raw != 0) : .unknown }

  /// The nearest that 64 bits hold.
  var clamped: Int64 { isKnown ? Int64(clamping: raw) : 0 }

  static func + (left: AlertValue, right: AlertValue) -> AlertValue {
    let (sum, overflow) = left.raw.addingReportingOverflow(right.raw)
    return AlertValue(raw: sum, isKnown: left.isKnown && right.isKnown && !overflow)
  }

  static func - (left: AlertValue, right: AlertValue) -> AlertValue {
    let (difference, overflow) = left.raw.subtractingReportingOverflow(right.raw)
    return AlertValue(raw: difference, isKnown: left.isKnown && right.isKnown && !overflow)
  }

  /// The product divided by `divisor` (above 0), to the nearest, halves away from zero.
  func times(_ other: AlertValue, over divisor: Int128) -> AlertValue {
    let (product, overflow) = raw.multipliedReportingOverflow(by: other.raw)
    guard isKnown, other.isKnown, !overflow else { return .unknown }
    return AlertValue(Self.divide(product, divisor))
  }

  /// The quotient times `factor`, to the nearest, halves away from zero; unknown by zero.
  func divided(by other: AlertValue, times factor: Int128) -> AlertValue {
    let (scaled, overflow) = raw.multipliedReportingOverflow(by: factor)
    guard isKnown, other.isKnown, other.raw != 0, other.raw != .min, !overflow else {
      return .unknown
    }
    if other.raw > 0 { return AlertValue(Self.divide(scaled, other.raw)) }
    return scaled == .min ? .unknown : AlertValue(Self.divide(0 - scaled, 0 - other.raw))
  }

  /// To the nearest, halves away from zero; the divisor is above zero.
  static func divide(_ value: Int128, _ divisor: Int128) -> Int128 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    let twice = remainder.magnitude * 2 >= divisor.magnitude
    return twice ? quotient + (value < 0 ? -1 : 1) : quotient
  }
}
