import EngineCore

/// What replies about alerts look like for people.
enum AlertTables {
  static func colour(_ state: String) -> Colour? {
    switch state {
    case "firing": .red
    case "pending": .yellow
    case "acknowledged": .cyan
    case "disabled", "expired", "waiting", "inactive": .dim
    default: nil
    }
  }

  static func rules(_ reply: JSONValue, style: Style) -> [String] {
    let rules = reply["rules"]?.array ?? []
    guard !rules.isEmpty else { return ["no rules"] }
    var table = Table([
      .text("RULE"), .text("STATE"), .number("FIRING"), .number("OF"), .text("SEVERITY"),
      .text("LAST FIRED"), .text("FROM", least: 8), .text("WHEN", least: 20),
    ])
    table.rows = rules.map { rule in
      let state = rule.text("state") ?? "?"
      return [
        Cell(rule.text("id") ?? "?"), Cell(state, colour(state)),
        Cell(rule.integer("firing").map { Figures.grouped($0) } ?? "-"),
        Cell(rule.integer("states").map { Figures.grouped($0) } ?? "-"),
        Cell(rule.text("severity") ?? "-"), Cell(rule.text("last_fired") ?? "-"),
        Cell(rule.text("origin") ?? "-"), Cell(rule.text("when") ?? "-"),
      ]
    }
    func count(_ name: String) -> String {
      reply.integer(name).map { Figures.grouped($0) } ?? "-"
    }
    var lines = table.lines(style)
    if let matching = reply.integer("matching"), matching > Int64(rules.count) {
      let hint = rules.count < AlertQuery.limitMax ? "raise --limit" : "ask for some with --rule"
      lines.append("… and \(Figures.grouped(matching - Int64(rules.count))) more: \(hint)")
    }
    lines.append(
      "\(count("all")) rules, \(count("states")) states, \(count("silences")) silences")
    return lines
  }

  static func rule(_ reply: JSONValue, style: Style) -> [String] {
    var lines = (reply["rule"]?.object ?? []).map { member in
      PlainText.pad(PlainText.line(member.name), to: 16) + PlainText.line(member.value.plain)
    }
    lines.append(PlainText.pad("from", to: 16) + (reply.text("origin") ?? "-"))
    if !reply.flag("enabled") { lines.append("it is disabled") }
    if reply.flag("expired") { lines.append("it has expired") }
    let states = reply["states"]?.array ?? []
    guard !states.isEmpty else { return lines + ["it watches no instrument yet"] }
    var table = Table([
      .text("SYMBOL"), .text("STATE"), .number("FIRINGS"), .text("SINCE"), .number("VALUE"),
      .number("THRESHOLD"), .text("NOTES", least: 10),
    ])
    table.rows = states.map { state in
      let name = state.text("state") ?? "?"
      var notes: [String] = []
      if state.flag("silenced") { notes.append("silenced") }
      if state.flag("flapping") { notes.append("flapping") }
      if let count = state.integer("suppressed"), count > 0 { notes.append("\(count) held back") }
      return [
        Cell(state.text("symbol") ?? "?"), Cell(name, colour(name)),
        Cell(state.integer("generation").map { Figures.grouped($0) } ?? "-"),
        Cell(state.text("since") ?? "-"), Cell(state.text("value") ?? "-"),
        Cell(state.text("threshold") ?? "-"), Cell(notes.joined(separator: ", ")),
      ]
    }
    lines += table.lines(style)
    if let more = reply.integer("more_states"), more > 0 {
      lines.append("… and \(Figures.grouped(more)) more")
    }
    return lines
  }

  static func transitions(_ reply: JSONValue, style: Style) -> [String] {
    let transitions = reply["transitions"]?.array ?? []
    guard !transitions.isEmpty else { return ["nothing has happened"] }
    var table = Table([
      .text("TIME"), .text("RULE"), .text("SYMBOL"), .text("TO"), .number("N"),
      .number("VALUE"), .number("THRESHOLD"), .number("CAUSE"), .text("TOLD"),
      .text("WHY", least: 12),
    ])
    table.rows = transitions.map(row)
    return table.lines(style)
  }

  private static func row(_ transition: JSONValue) -> [Cell] {
    let state = transition.text("to") ?? "?"
    return [
      Cell(transition.text("time") ?? "?"), Cell(transition.text("rule") ?? "?"),
      Cell(transition.text("symbol") ?? "?"), Cell(state, colour(state)),
      Cell(transition.integer("generation").map { "\($0)" } ?? "-"),
      Cell(transition.text("value") ?? "-"), Cell(transition.text("threshold") ?? "-"),
      Cell(transition.integer("cause").map { "\($0)" } ?? "-"),
      Cell(transition.text("delivery") ?? "-"),
      Cell(
        (transition.text("reason") ?? "-") + (transition.flag("flapping") ? " (flapping)" : "")),
    ]
  }

  static func silences(_ reply: JSONValue, style: Style) -> [String] {
    let silences = reply["silences"]?.array ?? []
    guard !silences.isEmpty else { return ["nothing is silenced"] }
    var table = Table([
      .text("ID"), .text("RULE"), .text("SYMBOL"), .text("OWNER"), .text("UP TO"),
      .text("UNTIL"), .text("BY"), .text("COMMENT", least: 8),
    ])
    let names = ["id", "rule", "symbol", "owner", "severity_max", "until", "by", "comment"]
    table.rows = silences.map { silence in names.map { Cell(silence.text($0) ?? "-") } }
    return table.lines(style)
  }

  static func explanation(_ reply: JSONValue, style: Style) -> [String] {
    let state = reply.text("state") ?? "no state"
    var lines = [
      "\(reply.text("rule") ?? "?") for \(reply.text("symbol") ?? "?"): "
        + style.paint(PlainText.line(state), colour(state))
        + (reply.text("time").map { " at \($0)" } ?? "")
    ]
    for key in ["when", "clear"] {
      if let text = reply.text(key) { lines.append("  \(key): \(PlainText.line(text))") }
    }
    var table = Table([.text("  OF"), .text("PART"), .text("VALUES"), .text("IS")])
    table.rows = (reply["parts"]?.array ?? []).map(explained)
    if !table.rows.isEmpty { lines += table.lines(style) }
    return lines + reply.texts("reasons").map { "  - \(PlainText.line($0))" }
  }

  private static func explained(_ part: JSONValue) -> [Cell] {
    var word = ""
    if let truth = part["true"] {
      if let isTrue = truth.bool { word = isTrue ? "true" : "false" }
      if let text = truth.string { word = text }
    }
    return [
      Cell("  \(part.text("key") ?? "?")"), Cell(part.text("part") ?? "?"),
      Cell(part.texts("values").joined(separator: ", ")),
      Cell(word, word == "true" ? .green : word == "unknown" ? .yellow : nil),
    ]
  }
}
