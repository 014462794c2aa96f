/// How much a log line matters.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
  case trace, debug, info, warning, error

  public var name: String { "\(self)" }

  public init?(name: some StringProtocol) {
    guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = level
  }

  public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}
