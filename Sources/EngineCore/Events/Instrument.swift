/// What the engine knows of an instrument.
public struct Instrument: Sendable, Hashable {
  /// The symbol, any printable text.
  public var symbol: String
  /// Where it trades; nil when one symbol means one instrument.
  public var venue: String?
  /// A name for people.
  public var name: String?
  /// Decimals of prices and sizes that people expect, 0…9; they never limit what is exact.
  public var pricePrecision: Int
  public var sizePrecision: Int
  /// Smallest price step.
  public var increment: Price?
  /// ISO 4217 code of what prices are quoted in.
  public var currency: String?
  /// Trading calendar, such as `XNYS` or `fx17`.
  public var calendar: String?

  public init(
    symbol: String, venue: String? = nil, name: String? = nil, pricePrecision: Int = 2,
    sizePrecision: Int = 0, increment: Price? = nil, currency: String? = nil,
    calendar: String? = nil
  ) {
    self.symbol = symbol
    self.venue = venue
    self.name = name
    self.pricePrecision = pricePrecision
    self.sizePrecision = sizePrecision
    self.increment = increment
    self.currency = currency
    self.calendar = calendar
  }

  /// What a key and decimals tell of one.
  init(key: String, pricePrecision: Int, sizePrecision: Int) {
    let parts = key.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      symbol: String(parts[0]), venue: parts.count > 1 ? String(parts[1]) : nil,
      pricePrecision: pricePrecision, sizePrecision: sizePrecision)
  }

  /// `SYMBOL` or `SYMBOL@VENUE`: what makes an instrument one of its kind.
  public var key: String { venue.map { "\(symbol)@\($0)" } ?? symbol }
}
