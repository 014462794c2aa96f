/// Which bars are wanted.
public struct BarQuery: Sendable, Equatable {
  /// What stands for an interval without ticks, within sessions.
  public enum Fill: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// A bar at the last close, without volume.
    case flat
    /// A record without a bar.
    case null
  }

  /// Most records in one answer.
  public static let limitMax = 5000

  public var instrument: InstrumentID
  /// The name of the spec.
  public var spec: String
  /// Bars that begin at or after this time.
  public var from: Timestamp
  /// Bars that begin before this time.
  public var to: Timestamp
  /// At most so many, the newest of the range; up to `limitMax`.
  public var limit: Int
  public var fill: Fill

  public init(
    instrument: InstrumentID, spec: String, from: Timestamp = .distantPast,
    to: Timestamp = .distantFuture, limit: Int = 500, fill: Fill = .none
  ) {
    self.instrument = instrument
    self.spec = spec
    self.from = from
    self.to = to
    self.limit = min(max(limit, 1), Self.limitMax)
    self.fill = fill
  }
}
