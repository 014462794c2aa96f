/// What the two sides of a connection may agree on beside calls.
public struct WireCapabilities: OptionSet, Sendable, Hashable {
  public var rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Data frames: subscriptions and publishing.
  public static let data = WireCapabilities(rawValue: 1)
  /// Data frames may be compressed; in use only together with `data`.
  public static let zlib = WireCapabilities(rawValue: 2)

  /// What is in use between sides that offer these.
  func common(_ other: WireCapabilities) -> WireCapabilities {
    let both = intersection(other)
    return both.contains(.data) ? both : both.subtracting(.zlib)
  }
}
