/// What a value is; only values of one type can be compared or added.
public enum AlertValueType: String, Sendable, Hashable {
  case price
  case size
  case percent
  /// Without a unit: an RSI, a z-score, a ratio.
  case number
  /// A whole number of trades or quotes.
  case count
  case condition

  /// With its article, for faults.
  var name: String {
    switch self {
    case .percent: "a percentage"
    default: "a \(rawValue)"
    }
  }

  /// With an example.
  var example: String {
    switch self {
    case .price: "a price such as 1.095"
    case .size: "a size such as 250"
    case .percent: "a percentage such as 2%"
    case .number: "a number such as 70"
    case .count: "a count such as 100"
    case .condition: "a condition such as price(EURUSD) > 1.1"
    }
  }
}
