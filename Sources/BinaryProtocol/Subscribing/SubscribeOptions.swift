/// Wishes of a subscription; in the answer, what was granted.
public struct SubscribeOptions: OptionSet, Sendable, Hashable {
  public var rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Data frames may be compressed.
  public static let compress = SubscribeOptions(rawValue: 1)
  /// Definitions of all instruments at the start, not only of those in use.
  public static let allInstruments = SubscribeOptions(rawValue: 2)

  static let known: SubscribeOptions = [.compress, .allInstruments]
}
