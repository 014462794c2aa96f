/// Which part of the kept log is run again.
public struct RerunRequest: Sendable, Equatable {
  /// The first position that is compared.
  public var from: UInt64
  /// The last one.
  public var through: UInt64
  /// Plugins by name; empty for all that can be run again.
  public var plugins: [String]

  public init(from: UInt64 = 1, through: UInt64 = .max, plugins: [String] = []) {
    self.from = max(from, 1)
    self.through = through
    self.plugins = plugins
  }
}

/// How far a rerun has come.
public struct RerunProgress: Sendable, Equatable {
  /// The position that was read last, and the one at which it will end.
  public var position: UInt64
  public var end: UInt64
  /// Derived events that came out the same so far.
  public var same: UInt64
}
