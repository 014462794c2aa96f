/// One interval of an answer.
public struct BarRecord: Sendable {
  public var start: Timestamp
  public var end: Timestamp
  /// The trading day.
  public var tradeDate: CivilDate
  /// Number of the session within the day; 255 outside of sessions.
  public var session: UInt8
  /// Seconds east of UTC at the start, in the calendar's zone.
  public var offsetSeconds: Int
  /// Nil for an interval without ticks when those are filled with null.
  public var bar: Bar?
  /// Made to fill an empty interval.
  public var isFilled: Bool
  /// Times of the first and last tick.
  public var openTime: Timestamp
  public var closeTime: Timestamp
  /// Size sold by aggressors; nil when it is not known.
  public var sellVolume: Quantity?
  /// Of bars that are not cut by time: their number within the trading day, from 1; else 0.
  public var ordinal: UInt32

  public init(
    start: Timestamp, end: Timestamp, tradeDate: CivilDate, session: UInt8, offsetSeconds: Int,
    bar: Bar?, isFilled: Bool = false, openTime: Timestamp, closeTime: Timestamp,
    sellVolume: Quantity?, ordinal: UInt32 = 0
  ) {
    self.start = start
    self.end = end
    self.tradeDate = tradeDate
    self.session = session
    self.offsetSeconds = offsetSeconds
    self.bar = bar
    self.isFilled = isFilled
    self.openTime = openTime
    self.closeTime = closeTime
    self.sellVolume = sellVolume
    self.ordinal = ordinal
  }
}
