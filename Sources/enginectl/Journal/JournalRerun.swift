import EngineCore

/// What `replay --verify` has the engine do, and what people are told of it.
struct JournalRerun {
  static let method = "journal.rerun"

  var from: JournalBound?
  var to: JournalBound?
  var plugins: [String]

  func run(in session: Session) async throws(ControlError) {
    let engine = try await session.connect()
    let request = JSONValue.object([]).adding([
      ("from", from?.json), ("to", to?.json),
      ("plugins", plugins.isEmpty ? nil : .array(plugins.map { .string($0) })),
    ])
    session.output.remark("Ctrl-C ends")
    var report: JSONValue?
    var told: Int64 = 0
    try await engine.stream(Self.method, request) { message in
      if message.flag("done") {
        report = message
        return true
      }
      let percent = Self.percent(message)
      if percent >= told + 10 {
        told = percent
        session.output.remark("\(percent) %")
      }
      return true
    }
    guard let report else { throw .malformed(Self.method, "it ends without a report") }
    try session.show(report) { _, _ in Self.lines(report) }
    if !report.flag("identical") { throw .told }
  }

  private static func percent(_ message: JSONValue) -> Int64 {
    let end = max(message.integer("end") ?? 0, 1)
    return min(max(message.integer("position") ?? 0, 0), end) * 100 / end
  }

  static func lines(_ report: JSONValue) -> [String] {
    var lines: [String] = []
    for plugin in report["plugins"]?.array ?? [] { lines += self.lines(plugin: plugin) }
    let warmedUp = report.integer("warmed_up") ?? 0
    if warmedUp > 0 {
      lines.append("\(Figures.grouped(warmedUp)) events before the range were read for the state")
    }
    count(report, "missing", "events of the range are not in the journal", &lines)
    count(report, "unclaimed", "derived events are of no plugin that could be run", &lines)
    count(report, "pending", "came out and are not recorded yet", &lines)
    if let difference = report["difference"], !difference.isNull {
      return lines + self.lines(difference: difference)
    }
    let same = report.integer("same") ?? 0
    let events = Figures.grouped(report.integer("events") ?? 0)
    lines.append(
      same == 0
        ? "nothing to compare: no derived event in \(events) events"
        : "identical: \(Figures.grouped(same)) derived events of \(events) events")
    return lines
  }

  private static func count(
    _ report: JSONValue, _ name: String, _ text: String, _ lines: inout [String]
  ) {
    guard let count = report.integer(name), count > 0 else { return }
    lines.append("\(Figures.grouped(count)) \(text)")
  }

  private static func lines(plugin: JSONValue) -> [String] {
    let name = plugin.text("name") ?? "?"
    var line = "\(name): \(Figures.grouped(plugin.integer("same") ?? 0)) derived events the same"
    if let starts = plugin.integer("starts"), starts != 1 {
      line += starts == 0 ? ", did not run" : ", \(Figures.grouped(starts)) instances"
    }
    var lines = [line]
    if let leftOut = plugin.integer("left_out"), leftOut > 0 {
      let reason = plugin.text("reason").map { ": \($0)" } ?? ""
      lines.append("\(name): \(Figures.grouped(leftOut)) were not compared\(reason)")
    }
    if plugin.flag("approximate") {
      lines.append(
        "\(name): the journal does not go back to its start; closed bars were compared, "
          + "without their revisions")
    }
    return lines
  }

  private static func lines(difference: JSONValue) -> [String] {
    let position = difference.integer("position").map { Figures.grouped($0) } ?? "?"
    let field = difference.text("field") ?? "event"
    let recorded = difference.text("recorded")
    let computed = difference.text("computed")
    var lines = [
      "DIFFERENT at \(position): \(difference.text("subject") ?? "?") of "
        + "\(difference.text("plugin") ?? "?")",
      "  \(field) recorded: \(recorded ?? "nothing")",
      "  \(field) computed: \(computed ?? "nothing")",
    ]
    // The rest of both, unless that was all.
    if field != "event" {
      lines.append("  recorded event: \(difference["recorded_event"]?.text() ?? "nothing")")
      lines.append("  computed event: \(difference["computed_event"]?.text() ?? "nothing")")
    }
    return lines
  }
}

extension JournalBound {
  /// As the engine takes it.
  var json: JSONValue {
    switch self {
    case .sequence(let sequence): .string(String(sequence))
    case .time(let time): .string("\(time)")
    }
  }
}
