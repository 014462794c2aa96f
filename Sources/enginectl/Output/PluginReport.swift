import EngineCore

/// What `enginectl status` says of one plugin.
enum PluginReport {
  static func lines(_ value: JSONValue, now: Timestamp, style: Style) -> [String] {
    let plugin = PluginRow(value)
    let state = plugin.stateCell
    let age = plugin.since.map { " for \(Figures.age(now.nanos(since: $0)))" } ?? ""
    var lines = [
      "\(style.paint(PlainText.line(plugin.name), .bold))  "
        + "\(style.paint(state.text, state.colour))\(age)"
    ]
    lines += fields(plugin, value, now: now).map { name, text in
      "  \(PlainText.pad(name, to: 10)) \(PlainText.line(text))"
    }
    if let error = plugin.lastError {
      lines.append("  " + style.paint("last error", .red) + " " + PlainText.line(error))
    }
    lines += commands(value)
    if let config = value["config"], !config.isNull {
      lines.append("  config")
      lines += PlainText.lines(config.text(.indented)).map { "    " + $0 }
    }
    return lines
  }

  private static func fields(
    _ plugin: PluginRow, _ value: JSONValue, now: Timestamp
  ) -> [(String, String)] {
    let summary = value.text("summary").map { " — \($0)" } ?? ""
    var fields = [("type", plugin.type + summary), ("lane", plugin.lane)]
    if let since = plugin.since { fields.append(("since", since.description)) }
    if let retry = plugin.retryAt {
      fields.append(("retry", "\(retry), in \(Figures.age(retry.nanos(since: now)))"))
    }
    fields.append(("consumes", list(value.texts("consumes"))))
    fields.append(("produces", list(value.texts("produces"))))
    fields.append(("in", flow(plugin.eventsIn, plugin.inRate)))
    fields.append(("out", flow(plugin.eventsOut, plugin.outRate)))
    if let policy = plugin.policy {
      fields.append(
        (
          "reader",
          "\(policy), lag \(Figures.grouped(plugin.lag ?? 0)), "
            + "dropped \(Figures.grouped(plugin.dropped)), "
            + "conflated \(Figures.grouped(plugin.conflated)), "
            + "gaps \(Figures.grouped(plugin.gaps))"
        ))
    }
    fields.append(
      (
        "output",
        "held \(Figures.grouped(plugin.held)), refused \(Figures.grouped(plugin.refused)), "
          + "stalls \(Figures.grouped(plugin.stalls))"
      ))
    if let middle = plugin.hopP50, let tail = plugin.hopP99 {
      fields.append(("hop", "p50 \(Figures.latency(middle)), p99 \(Figures.latency(tail))"))
    }
    fields.append(("restarts", Figures.grouped(plugin.restarts)))
    return fields
  }

  private static func commands(_ value: JSONValue) -> [String] {
    let commands = (value["commands"]?.array ?? []).map {
      (PlainText.line($0.text("name") ?? "?"), PlainText.line($0.text("summary") ?? ""))
    }
    guard !commands.isEmpty else { return [] }
    let width = commands.reduce(0) { max($0, PlainText.width($1.0)) }
    return ["  commands"]
      + commands.map { "    \(PlainText.pad($0.0, to: width))  \($0.1)" }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "-" : names.joined(separator: ", ")
  }

  private static func flow(_ count: Int64?, _ rate: Double?) -> String {
    "\(count.map { Figures.grouped($0) } ?? "-") events, "
      + "\(rate.map(Figures.rate) ?? "-") a second"
  }
}
