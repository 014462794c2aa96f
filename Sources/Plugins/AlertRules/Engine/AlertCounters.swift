/// What an engine of rules has done since it was made.
public struct AlertCounters: Sendable, Hashable {
  public var trades: UInt64 = 0
  public var quotes: UInt64 = 0
  public var bars: UInt64 = 0
  /// States that were looked at.
  public var evaluations: UInt64 = 0
  public var transitions: UInt64 = 0
  public var firings: UInt64 = 0
  public var notifications: UInt64 = 0
  /// Notifications that a silence held back, that an owner's limit did, and that had no room in
  /// their group.
  public var silenced: UInt64 = 0
  public var limited: UInt64 = 0
  public var crowded: UInt64 = 0
  /// States that were not made because of a limit.
  public var refusedStates: UInt64 = 0
  /// Events of instruments beyond the largest number.
  public var ignoredInstruments: UInt64 = 0

  public init() {}
}
