/// A price: an exact decimal with nine places, held as an integer of 10⁻⁹.
///
/// Range ±9,223,372,036.854775807. Arithmetic that can overflow is offered only in reporting form.
@frozen
public struct Price: BitwiseCopyable, Hashable, Sendable, Comparable {
  /// The price times 10⁹.
  public var raw: Int64

  /// A price from its units of 10⁻⁹.
  @inlinable public init(raw: Int64) { self.raw = raw }

  /// Parses decimal text exactly, such as `1.0950`.
  public init(parsing text: Span<UInt8>) throws(FixedPointError) {
    raw = try FixedPoint.parse(text)
  }

  /// Parses decimal text exactly, such as `1.0950`.
  public init(_ text: String) throws(FixedPointError) {
    raw = try FixedPoint.parse(Array(text.utf8).span)
  }

  @inlinable public static var zero: Price { Price(raw: 0) }

  /// "No price": one side of a quote without an order.
  @inlinable public static var undefined: Price { Price(raw: .min) }

  @inlinable public var isDefined: Bool { raw != .min }

  @inlinable public static func < (left: Price, right: Price) -> Bool { left.raw < right.raw }

  /// Decimals that it takes to write it exactly, 0…9.
  public var decimals: Int {
    var (rest, decimals) = (raw, 9)
    while decimals > 0, rest % 10 == 0 {
      rest /= 10
      decimals -= 1
    }
    return decimals
  }

  /// The shortest exact decimal with at least `precision` decimals; `-` when undefined.
  public func text(precision: Int = 0) -> String {
    isDefined ? FixedPoint.text(raw, minimumDecimals: precision) : "-"
  }
}

extension Price: CustomStringConvertible {
  public var description: String { text() }
}
