/// Why there are no rules for a time zone.
public struct ZoneError: Error, Sendable, Equatable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}
