internal import EngineCore

/// How fast recorded time passes.
enum ReplaySpeed: Equatable, Sendable, CustomStringConvertible {
  /// As fast as the bus takes events.
  case max
  /// Times real time, in 10⁻⁹.
  case ratio(raw: Int64)

  static let slowest: Int64 = 100_000_000
  static let fastest: Int64 = 1_000_000_000_000

  /// `max`, or a decimal from 0.1 to 1000; nil for anything else.
  init?(_ text: String) {
    if text == "max" {
      self = .max
      return
    }
    guard let raw = try? FixedPoint.parse(Array(text.utf8).span),
      raw >= Self.slowest, raw <= Self.fastest
    else { return nil }
    self = .ratio(raw: raw)
  }

  /// For messages.
  static var expectation: String { "a number from 0.1 to 1000, or \"max\"" }

  var description: String {
    switch self {
    case .max: "max"
    case .ratio(let raw): FixedPoint.text(raw)
    }
  }
}
