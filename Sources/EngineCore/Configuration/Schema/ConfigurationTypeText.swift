/// What messages and docs call a type.
extension ConfigurationType {
  /// What is expected, with its range: `an integer from 1 to 64`.
  public var expectation: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range): "an integer" + ConfigurationType.bounds(range)
    case .number(let range): "a number" + ConfigurationType.bounds(range)
    case .decimal: "a decimal number such as 1.25"
    case .string: "a string"
    case .text(let rule): rule.name
    case .choice(let words): ConfigurationType.choices(words)
    case .duration: "a duration such as \"250ms\""
    case .size: "a size such as \"64KiB\""
    case .listen: "\"host:port\""
    case .path: "a file path"
    case .subject: "a subject such as \"trade.EURUSD\""
    case .time: "a time such as \"2026-01-31T09:30:00Z\" or nanoseconds since 1970"
    case .list(_, let count): "a list" + ConfigurationType.counts(count)
    case .object, .map: "an object"
    case .oneOf(let types): ConfigurationType.alternatives(types)
    case .json: "any JSON value"
    }
  }

  /// The name in the tables of the docs: `integer`, `list of duration`.
  public var title: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .decimal: "decimal"
    case .string, .text: "string"
    case .choice: "choice"
    case .duration: "duration"
    case .size: "size"
    case .listen: "host:port"
    case .path: "path"
    case .subject: "subject"
    case .time: "time"
    case .list(let type, _): "list of \(type.title)"
    case .object: "object"
    case .map(let type): "map of \(type.title)"
    case .oneOf(let types): types.map(\.title).joined(separator: " or ")
    case .json: "JSON"
    }
  }

  /// The range in the tables of the docs; empty where there is none.
  public var rangeText: String {
    switch self {
    case .integer(let range): ConfigurationType.range(range)
    case .number(let range): ConfigurationType.range(range)
    case .text(let rule): rule.name
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .duration(let range):
      "\(DurationText.format(range.lowerBound)) … \(DurationText.format(range.upperBound))"
    case .size(let range):
      "\(SizeText.format(range.lowerBound)) … \(SizeText.format(range.upperBound))"
    case .listen: "one, or a list of 1 to 16"
    case .list(let type, let count):
      "\(count.lowerBound) to \(count.upperBound) elements"
        + (type.rangeText.isEmpty ? "" : ", each \(type.rangeText)")
    case .oneOf(let types):
      types.map(\.rangeText).filter { !$0.isEmpty }.joined(separator: "; ")
    case .map(let type): type.rangeText
    case .boolean, .decimal, .string, .path, .subject, .time, .object, .json: ""
    }
  }

  private static func bounds(_ range: ClosedRange<Int64>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): ""
    case (let low, .max): " of at least \(low)"
    case (.min, let high): " of at most \(high)"
    case (let low, let high): " from \(low) to \(high)"
    }
  }

  private static func bounds(_ range: ClosedRange<Double>) -> String {
    let hasLow = range.lowerBound > -Double.greatestFiniteMagnitude
    let hasHigh = range.upperBound < Double.greatestFiniteMagnitude
    let (low, high) = (plain(range.lowerBound), plain(range.upperBound))
    if hasLow && hasHigh { return " from \(low) to \(high)" }
    if hasLow { return " of at least \(low)" }
    return hasHigh ? " of at most \(high)" : ""
  }

  private static func range(_ range: ClosedRange<Int64>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): ""
    case (let low, .max): "≥ \(low)"
    case (.min, let high): "≤ \(high)"
    case (let low, let high): "\(low) … \(high)"
    }
  }

  private static func range(_ range: ClosedRange<Double>) -> String {
    let hasLow = range.lowerBound > -Double.greatestFiniteMagnitude
    let hasHigh = range.upperBound < Double.greatestFiniteMagnitude
    let (low, high) = (plain(range.lowerBound), plain(range.upperBound))
    if hasLow && hasHigh { return "\(low) … \(high)" }
    if hasLow { return "≥ \(low)" }
    return hasHigh ? "≤ \(high)" : ""
  }

  private static func plain(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func counts(_ count: ClosedRange<Int>) -> String {
    if count.lowerBound == 0 { return "" }
    if count.lowerBound == count.upperBound { return " of \(count.lowerBound)" }
    return " of \(count.lowerBound) to \(count.upperBound)"
  }

  private static func choices(_ words: [String]) -> String {
    let quoted = words.map { "\"\($0)\"" }
    return quoted.count == 1 ? quoted[0] : "one of " + quoted.joined(separator: ", ")
  }

  private static func alternatives(_ types: [ConfigurationType]) -> String {
    let texts = types.map(\.expectation)
    guard texts.count > 2 else { return texts.joined(separator: " or ") }
    return texts.dropLast().joined(separator: ", ") + " or " + (texts.last ?? "")
  }
}
