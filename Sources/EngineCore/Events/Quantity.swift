/// A size (shares, contracts, units of the base currency): an exact decimal with nine places, held
/// as an integer of 10⁻⁹.
///
/// Range ±9,223,372,036.854775807. Arithmetic that can overflow is offered only in reporting form.
@frozen
public struct Quantity: BitwiseCopyable, Hashable, Sendable, Comparable {
  /// The size times 10⁹.
  public var raw: Int64

  /// A size from its units of 10⁻⁹.
  @inlinable public init(raw: Int64) { self.raw = raw }

  /// Parses decimal text exactly, such as `0.25`.
  public init(parsing text: Span<UInt8>) throws(FixedPointError) {
    raw = try FixedPoint.parse(text)
  }

  /// Parses decimal text exactly, such as `0.25`.
  public init(_ text: String) throws(FixedPointError) {
    raw = try FixedPoint.parse(Array(text.utf8).span)
  }

  @inlinable public static var zero: Quantity { Quantity(raw: 0) }

  /// "No size": a tick that carries a price alone.
  @inlinable public static var undefined: Quantity { Quantity(raw: .min) }

  @inlinable public var isDefined: Bool { raw != .min }

  @inlinable public static func < (left: Quantity, right: Quantity) -> Bool { left.raw < right.raw }

  /// The shortest exact decimal with at least `precision` decimals; `-` when undefined.
  public func text(precision: Int = 0) -> String {
    isDefined ? FixedPoint.text(raw, minimumDecimals: precision) : "-"
  }
}

extension Quantity: CustomStringConvertible {
  public var description: String { text() }
}
