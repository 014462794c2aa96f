import EngineCore

/// What replies of the bars plugin look like for people.
enum BarTables {
  static func specs(_ reply: JSONValue, style: Style) -> [String] {
    var table = Table([.text("SPEC"), .text("CALENDAR"), .number("INSTRUMENTS")])
    table.rows = (reply["specs"]?.array ?? []).map { spec in
      [
        Cell(spec.text("spec") ?? "?"), Cell(spec.text("calendar") ?? "-"),
        Cell(spec.integer("instruments").map { Figures.grouped($0) } ?? "-"),
      ]
    }
    func count(_ name: String) -> String {
      reply.integer(name).map { Figures.grouped($0) } ?? "-"
    }
    var lines = table.lines(style)
    lines.append("complete through \(reply.text("watermark") ?? "-")")
    lines.append(
      "\(count("trades")) trades, \(count("quotes")) quotes; \(count("closed")) bars closed, "
        + "\(count("amended")) amended, \(count("void")) void")
    lines.append(
      "\(count("late")) late ticks, \(count("late_dropped_total")) of them dropped; "
        + "\(count("corrections")) corrections, \(count("inexact")) bars inexact")
    return lines
  }

  static func bars(_ reply: JSONValue, style: Style) -> [String] {
    let bars = reply["bars"]?.array ?? []
    guard !bars.isEmpty else { return ["no bars in memory"] }
    var table = Table([
      .text("START"), .number("OPEN"), .number("HIGH"), .number("LOW"), .number("CLOSE"),
      .number("VOLUME"), .number("N"), .text("STATE"), .number("REV"), .text("NOTES", least: 12),
    ])
    table.rows = bars.map { bar in
      let names = ["open", "high", "low", "close", "volume", "count"]
      return [Cell(bar.text("start") ?? "?")] + names.map { Cell(bar[$0]?.number?.text ?? "-") } + [
        Cell(bar.text("state") ?? "-"),
        Cell(bar.integer("revision").map { "\($0)" } ?? "-"),
        Cell(bar.texts("flags").joined(separator: " ")),
      ]
    }
    return table.lines(style)
  }

  static func late(_ reply: JSONValue, style: Style) -> [String] {
    func count(_ name: String) -> String {
      reply.integer(name).map { Figures.grouped($0) } ?? "-"
    }
    let summary = "\(count("late")) late ticks, \(count("late_dropped_total")) of them dropped"
    let ticks = reply["ticks"]?.array ?? []
    guard !ticks.isEmpty else { return [summary] }
    var table = Table([
      .text("TIME"), .text("SYMBOL"), .number("PRICE"), .number("SIZE"), .number("LATE BY"),
      .text("OUTCOME"),
    ])
    table.rows = ticks.map { tick in
      [
        Cell(tick.text("time") ?? "?"), Cell(tick.text("symbol") ?? "?"),
        Cell(tick["price"]?.number?.text ?? "-"), Cell(tick["size"]?.number?.text ?? "-"),
        Cell(tick.text("late_by") ?? "-"), Cell(tick.text("outcome") ?? "-"),
      ]
    }
    return table.lines(style) + [summary]
  }
}

extension Session {
  /// Prints a reply as it is when JSON was asked for, else as `render` has it.
  func show(
    _ reply: JSONValue, _ render: (JSONValue, Style) -> [String]
  ) throws(ControlError) {
    if output.isJSON { return try output.json(reply) }
    try output.lines(render(reply, output.style))
  }
}
