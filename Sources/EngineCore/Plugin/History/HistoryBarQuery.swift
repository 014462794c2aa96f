/// Which recorded bars are wanted.
public struct HistoryBarQuery: Sendable, Equatable {
  /// Which end of the range an answer begins with, when there is more than it may have.
  public enum End: Sendable {
    case oldest
    case newest
  }

  /// Most bars in one answer.
  public static let limitMax = 50_000

  /// The instrument's key.
  public var instrument: String
  /// The name of the spec.
  public var spec: String
  /// Bars that begin at or after this time.
  public var from: Timestamp
  /// Bars that begin before this time.
  public var to: Timestamp
  /// At most so many, 1…`limitMax`.
  public var limit: Int
  public var end: End

  public init(
    instrument: String, spec: String, from: Timestamp = .distantPast,
    to: Timestamp = .distantFuture, limit: Int = 500, end: End = .oldest
  ) {
    self.instrument = instrument
    self.spec = spec
    self.from = from
    self.to = to
    self.limit = min(max(limit, 1), Self.limitMax)
    self.end = end
  }
}

/// The recorded bars that were asked for.
public struct HistoryBars: Sendable {
  /// Oldest first.
  public var bars: [Bar]
  /// The range has more: after the last one, or before the first where the newest are asked for.
  public var hasMore: Bool

  public init(bars: [Bar], hasMore: Bool) {
    self.bars = bars
    self.hasMore = hasMore
  }
}

/// The bars of one instrument and spec, as a whole.
public struct HistorySeries: Sendable, Equatable {
  public var instrument: Instrument
  public var spec: String
  public var bars: Int
  /// Where the first and the last one begin.
  public var first: Timestamp
  public var last: Timestamp

  public init(
    instrument: Instrument, spec: String, bars: Int, first: Timestamp, last: Timestamp
  ) {
    self.instrument = instrument
    self.spec = spec
    self.bars = bars
    self.first = first
    self.last = last
  }
}
