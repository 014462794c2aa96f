/// The bars that were asked for.
public struct BarAnswer: Sendable {
  /// Oldest first.
  public var records: [BarRecord]
  /// Bars before this time are no longer kept; `distantPast` when none was given up.
  public var keptFrom: Timestamp
  /// More of the range lie before the first record.
  public var hasMore: Bool

  public init(records: [BarRecord], keptFrom: Timestamp, hasMore: Bool) {
    self.records = records
    self.keptFrom = keptFrom
    self.hasMore = hasMore
  }
}
