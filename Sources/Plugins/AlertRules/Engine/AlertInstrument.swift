public import EngineCore

/// What an engine of rules needs to know of an instrument.
public struct AlertInstrument: Sendable {
  /// `SYMBOL` or `SYMBOL@VENUE`: what rules name.
  public var key: String
  /// When it trades; nil: always. A feed is not stale while the market is closed.
  public var calendar: TradingCalendar?
  /// Decimals of prices in messages.
  public var pricePrecision: Int

  public init(key: String, calendar: TradingCalendar? = nil, pricePrecision: Int = 0) {
    self.key = key
    self.calendar = calendar
    self.pricePrecision = pricePrecision
  }
}
