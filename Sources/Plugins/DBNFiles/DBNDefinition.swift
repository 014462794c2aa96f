/// What a definition tells of an instrument, of what is read.
public struct DBNDefinition: Equatable, Sendable {
  /// The symbol of the venue.
  public var rawSymbol: String
  /// The smallest step of prices in 10⁻⁹; nil when it is not told.
  public var increment: Int64?
  /// What prices are in; empty when it is not told.
  public var currency: String
  /// The code of the market (ISO 10383).
  public var exchange: String

  public init(rawSymbol: String, increment: Int64?, currency: String, exchange: String) {
    self.rawSymbol = rawSymbol
    self.increment = increment
    self.currency = currency
    self.exchange = exchange
  }
}
