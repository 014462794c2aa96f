public import EngineCore

/// What an aggregator needs to know of an instrument.
public struct BarInstrument: Sendable {
  /// `SYMBOL` or `SYMBOL@VENUE`.
  public var key: String
  /// The smallest price step; what range bars count in.
  public var increment: Price

  public init(key: String, increment: Price) {
    self.key = key
    self.increment = increment
  }
}
