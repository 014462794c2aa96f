/// Amounts written as digits and units, such as `1h30m`; exact integers, never rounded.
struct UnitText {
  /// A unit and how many of the smallest unit it is; listed from the largest to the smallest.
  let units: [(name: String, factor: Int64)]

  func parse(_ text: String) throws(UnitTextError) -> Int64 {
    var rest = Array(text.utf8)[...]
    guard !rest.isEmpty else { throw .malformed }
    var total: Int64 = 0
    var limit = Int64.max
    while !rest.isEmpty {
      let whole = try digits(&rest)
      var fraction: [UInt8] = []
      if rest.first == UInt8(ascii: ".") {
        rest.removeFirst()
        fraction = try digits(&rest)
      }
      let name = rest.prefix { $0 != UInt8(ascii: ".") && !isDigit($0) }
      rest = rest.dropFirst(name.count)
      guard let unit = units.first(where: { Array($0.name.utf8) == Array(name) }),
        unit.factor < limit
      else { throw .malformed }
      limit = unit.factor
      let part = try amount(whole: whole, fraction: fraction, factor: unit.factor)
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else { throw .overflow }
      total = sum
    }
    return total
  }

  private func digits(_ rest: inout ArraySlice<UInt8>) throws(UnitTextError) -> [UInt8] {
    let digits = Array(rest.prefix(while: isDigit))
    guard !digits.isEmpty else { throw .malformed }
    rest = rest.dropFirst(digits.count)
    return digits
  }

  private func amount(
    whole: [UInt8], fraction: [UInt8], factor: Int64
  ) throws(UnitTextError) -> Int64 {
    var value: Int64 = 0
    for digit in whole {
      let (tens, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
      guard !first, !second else { throw .overflow }
      value = sum
    }
    let (scaled, overflow) = value.multipliedReportingOverflow(by: factor)
    guard !overflow else { throw .overflow }
    var significant = fraction[...]
    while significant.last == UInt8(ascii: "0") { significant.removeLast() }
    // More digits than this can't be exact in any unit here, and 18 of them fit Int128 with ease.
    guard significant.count <= 18 else { throw .inexact }
    var numerator: Int128 = 0
    var denominator: Int128 = 1
    for digit in significant {
      numerator = numerator * 10 + Int128(digit - UInt8(ascii: "0"))
      denominator *= 10
    }
    let (quotient, remainder) = (numerator * Int128(factor)).quotientAndRemainder(
      dividingBy: denominator)
    guard remainder == 0 else { throw .inexact }
    let (total, tooLarge) = scaled.addingReportingOverflow(Int64(quotient))
    guard !tooLarge else { throw .overflow }
    return total
  }

  /// `value` in units of `factor`, with as many decimals as it takes; both positive.
  static func decimal(_ value: Int64, in factor: Int64) -> String {
    let (whole, remainder) = value.quotientAndRemainder(dividingBy: factor)
    guard remainder != 0 else { return String(whole) }
    // The factors formatted with decimals are powers of ten, so that the digits end.
    var digits = String(remainder)
    let width = String(factor).utf8.count - 1
    digits = String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}
