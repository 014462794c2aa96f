import ArgumentParser

/// How fast what was recorded is played: a factor, such as 0.5 or 100, or `max`.
enum ReplayPace: ExpressibleByArgument, Equatable, Sendable {
  case max
  /// Times as fast as it happened.
  case factor(Double)

  init?(argument: String) {
    if argument == "max" {
      self = .max
    } else if let factor = Double(argument), factor > 0, factor <= 1e9 {
      self = .factor(factor)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .max: "max"
    case .factor(let factor): "\(factor)"
    }
  }

  /// When an event is due, in time since the first, that many nanoseconds after it happened.
  func due(_ nanos: Int64) -> Int64 {
    switch self {
    case .max: 0
    case .factor(let factor): Int64(Swift.min(Swift.max(Double(nanos) / factor, 0), 9e18))
    }
  }
}
