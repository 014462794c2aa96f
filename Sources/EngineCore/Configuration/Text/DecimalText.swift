/// An exact decimal number as text, without an exponent.
///
/// `1.50e2` becomes `150`; digits are never rounded. This is how settings keep prices and amounts
/// until a fixed-point type parses them.
public struct DecimalText: Sendable, Hashable, CustomStringConvertible {
  /// The most digits accepted on either side of the point once an exponent is written out.
  public static let digitsMaximum = 64

  /// Digits with an optional leading minus and an optional fraction; no exponent, no plus, no
  /// needless zeros.
  public let text: String

  /// Reads `-12.5`, `1e-3`, `.5` is refused. Returns nil when the text is not a JSON number or
  /// needs more than `digitsMaximum` digits on a side.
  public init?(_ source: String) {
    guard var parts = DecimalText.split(source) else { return nil }
    if parts.exponent > 0 {
      guard parts.exponent <= DecimalText.digitsMaximum * 2 else {
        guard parts.isZero else { return nil }
        text = "0"
        return
      }
      for _ in 0..<parts.exponent {
        let digit = parts.fraction.isEmpty ? UInt8(ascii: "0") : parts.fraction.removeFirst()
        parts.whole.append(digit)
      }
    } else if parts.exponent < 0 {
      guard parts.exponent >= -DecimalText.digitsMaximum * 2 else {
        guard parts.isZero else { return nil }
        text = "0"
        return
      }
      for _ in 0..<(-parts.exponent) {
        parts.fraction.insert(parts.whole.popLast() ?? UInt8(ascii: "0"), at: 0)
      }
    }
    guard let joined = parts.joined() else { return nil }
    text = joined
  }

  /// The number as text.
  public var description: String { text }

  /// Whether there is no fraction.
  public var isInteger: Bool { !text.utf8.contains(UInt8(ascii: ".")) }

  /// Whether the number is below zero.
  public var isNegative: Bool { text.utf8.first == UInt8(ascii: "-") }

  private struct Parts {
    var isNegative = false
    var whole: [UInt8] = []
    var fraction: [UInt8] = []
    var exponent = 0

    var isZero: Bool {
      (whole + fraction).allSatisfy { $0 == UInt8(ascii: "0") }
    }

    func joined() -> String? {
      let zero = UInt8(ascii: "0")
      var whole = whole[...]
      while whole.count > 1, whole.first == zero { whole.removeFirst() }
      var fraction = fraction[...]
      while fraction.last == zero { fraction.removeLast() }
      guard whole.count <= DecimalText.digitsMaximum, fraction.count <= DecimalText.digitsMaximum
      else { return nil }
      var bytes: [UInt8] = isNegative && !isZero ? [UInt8(ascii: "-")] : []
      bytes += whole.isEmpty ? [zero] : Array(whole)
      if !fraction.isEmpty { bytes += [UInt8(ascii: ".")] + fraction }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  private static func split(_ source: String) -> Parts? {
    var parts = Parts()
    var rest = Array(source.utf8)[...]
    if rest.first == UInt8(ascii: "-") {
      parts.isNegative = true
      rest.removeFirst()
    }
    parts.whole = Array(rest.prefix { isDigit($0) })
    guard let first = parts.whole.first else { return nil }
    if first == UInt8(ascii: "0"), parts.whole.count > 1 { return nil }
    rest = rest.dropFirst(parts.whole.count)
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      parts.fraction = Array(rest.prefix { isDigit($0) })
      guard !parts.fraction.isEmpty else { return nil }
      rest = rest.dropFirst(parts.fraction.count)
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest.removeFirst()
      guard let exponent = self.exponent(rest) else { return nil }
      parts.exponent = exponent
      rest = []
    }
    return rest.isEmpty ? parts : nil
  }

  /// Reads a signed exponent; one that is out of reach is held at a million, which every caller
  /// refuses or treats as zero.
  private static func exponent(_ bytes: ArraySlice<UInt8>) -> Int? {
    var rest = bytes
    var isNegative = false
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
      isNegative = rest.first == UInt8(ascii: "-")
      rest.removeFirst()
    }
    guard !rest.isEmpty, rest.allSatisfy({ isDigit($0) }) else { return nil }
    var value = 0
    for byte in rest { value = min(1_000_000, value * 10 + Int(byte - UInt8(ascii: "0"))) }
    return isNegative ? -value : value
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
