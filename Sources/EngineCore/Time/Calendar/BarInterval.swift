/// Where one bar begins and ends, and what the calendar says of it.
public struct BarInterval: Sendable, Hashable, BitwiseCopyable {
  /// Inclusive.
  public var start: Timestamp
  /// Exclusive.
  public var end: Timestamp
  /// The trading day, in days since 1970; of several days, the first.
  public var tradeDay: Int32
  /// Number of the session within its day, from 0; `outside` for the time between sessions.
  public var session: UInt8

  public static let outside: UInt8 = 255

  public init(start: Timestamp, end: Timestamp, tradeDay: Int32 = 0, session: UInt8 = 0) {
    self.start = start
    self.end = end
    self.tradeDay = tradeDay
    self.session = session
  }

  public var tradeDate: CivilDate { CivilDate(daysSinceEpoch: Int(tradeDay)) }

  @inlinable public func contains(_ time: Timestamp) -> Bool { start <= time && time < end }
}
