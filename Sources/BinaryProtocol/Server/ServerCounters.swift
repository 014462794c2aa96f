/// What a server has counted since it was made.
public struct ServerCounters: Equatable, Sendable {
  /// Connections that were accepted.
  public var opened: UInt64 = 0
  /// Connections that were turned away: over the limit, or not allowed.
  public var refused: UInt64 = 0
  /// Connections that ended, by reason.
  public var closed: [CloseCode: UInt64] = [:]

  public init() {}

  /// Connections that were cut because they did not read.
  public var slowReaders: UInt64 { closed[.slowReader] ?? 0 }
}
