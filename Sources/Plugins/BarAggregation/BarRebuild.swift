/// What a rebuild came to.
public struct BarRebuild: Sendable, Equatable {
  /// Closed bars whose ticks are all in the log.
  public var checked = 0
  /// Those that had other values and were amended.
  public var amended = 0
  /// Closed bars whose ticks are gone.
  public var unknown = 0

  public init() {}
}
