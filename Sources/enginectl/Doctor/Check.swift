import EngineCore

/// One thing that the doctor looked at.
struct Check: Equatable, Sendable {
  enum Verdict: String, Sendable {
    case good = "ok"
    /// Works, and something should be looked at.
    case warning
    case bad = "failed"
    /// Could not be looked at.
    case skipped
  }

  var name: String
  var verdict: Verdict
  /// What was found.
  var detail: String
  /// What to do; nil when nothing is to be done.
  var advice: String?

  static func good(_ name: String, _ detail: String) -> Check {
    Check(name: name, verdict: .good, detail: detail)
  }

  static func warning(_ name: String, _ detail: String, _ advice: String) -> Check {
    Check(name: name, verdict: .warning, detail: detail, advice: advice)
  }

  static func bad(_ name: String, _ detail: String, _ advice: String?) -> Check {
    Check(name: name, verdict: .bad, detail: detail, advice: advice)
  }

  static func skipped(_ name: String, _ detail: String) -> Check {
    Check(name: name, verdict: .skipped, detail: detail)
  }

  var json: JSONValue {
    .object([
      ("check", .string(name)), ("verdict", .string(verdict.rawValue)),
      ("detail", .string(detail)), ("advice", .optional(advice)),
    ])
  }

  func lines(style: Style, width: Int) -> [String] {
    let (mark, colour): (String, Colour) =
      switch verdict {
      case .good: ("✓", .green)
      case .warning: ("!", .yellow)
      case .bad: ("✗", .red)
      case .skipped: ("-", .dim)
      }
    var lines = [
      "\(style.paint(mark, colour)) \(PlainText.pad(name, to: width))  \(PlainText.line(detail))"
    ]
    if let advice {
      lines.append(
        String(repeating: " ", count: width + 4) + style.paint("→ ", .cyan)
          + PlainText.line(advice))
    }
    return lines
  }
}
