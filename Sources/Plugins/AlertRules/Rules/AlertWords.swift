public import EngineCore

/// What rules come to, as JSON for commands and tools.
public enum AlertWords {
  public static func json(_ explanation: AlertExplanation) -> JSONValue {
    .object([
      ("rule", .string(explanation.rule.id)), ("symbol", .string(explanation.instrument)),
      ("when", .string(explanation.rule.when)), ("clear", .optional(explanation.rule.clear)),
      ("state", .optional(explanation.state.map { "\($0.state)" })),
      ("generation", .integer(explanation.state?.generation ?? 0)),
      ("time", explanation.time == .distantPast ? .null : .string("\(explanation.time)")),
      (
        "parts",
        .array(
          explanation.lines.map { line in
            .object([
              ("key", .string(line.key)), ("part", .string(line.part)),
              ("values", .array(line.values.map { .string($0) })),
              ("true", line.truth.map(json) ?? .null),
            ])
          })
      ),
      ("reasons", .array(explanation.reasons.map { .string($0) })),
    ])
  }

  private static func json(_ truth: Truth) -> JSONValue {
    switch truth {
    case .yes: .bool(true)
    case .no: .bool(false)
    case .unknown: .string("unknown")
    }
  }

  /// A value of an alert, for people.
  public static func text(_ raw: Int64, _ unit: AlertUnit, precision: Int = 0) -> String {
    switch unit {
    case .price: FixedPoint.text(raw, minimumDecimals: precision)
    case .plain: FixedPoint.text(raw)
    case .percent: FixedPoint.text(raw) + "%"
    case .duration: DurationText.format(raw)
    }
  }
}
