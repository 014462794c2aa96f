/// How much an alert matters.
public enum AlertSeverity: UInt8, Sendable, Hashable, CaseIterable, Comparable, BitwiseCopyable {
  case info = 0
  case warning = 1
  case critical = 2

  public var name: String { "\(self)" }

  public init?(name: String) {
    guard let severity = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = severity
  }

  public static func < (left: AlertSeverity, right: AlertSeverity) -> Bool {
    left.rawValue < right.rawValue
  }
}
