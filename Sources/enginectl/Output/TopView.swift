import EngineCore

/// The picture that `enginectl top` draws of one sample.
enum TopView {
  /// The lines; rates of the engine are taken over the time since `before`, or since the start.
  static func lines(_ sample: TopSample, before: TopSample?, style: Style) -> [String] {
    var lines = header(sample, before: before, style: style).map { fit($0, style) }
    lines.append("")
    lines += plugins(sample, style: style)
    guard !sample.subscriptions.isEmpty else { return lines }
    return lines + [""] + subscriptions(sample, style: style)
  }

  /// What has room on a screen of so many rows; the last row says how much has not.
  static func fitted(_ lines: [String], rows: Int) -> [String] {
    guard lines.count > rows, rows > 1 else { return Array(lines.prefix(max(1, rows))) }
    return lines.prefix(rows - 1) + ["… \(lines.count - rows + 1) more lines"]
  }

  private static func header(
    _ sample: TopSample, before: TopSample?, style: Style
  ) -> [String] {
    let engine = sample.engine
    // A daemon that was restarted in between counts from zero again.
    let last = before?.engine.pid == engine.pid ? before?.engine : nil
    let time = Double(engine.uptimeNanos - (last?.uptimeNanos ?? 0))
    let cpu = Double(engine.cpuNanos - (last?.cpuNanos ?? 0)) / time
    let rate = Double(engine.sequence - (last?.sequence ?? 0)) / (time / 1e9)
    let memory = engine.residentBytes.map { Figures.bytes($0) } ?? "-"
    var first = "tickwire \(PlainText.line(engine.version))"
    if let pid = engine.pid { first += "  pid \(pid)" }
    first += "  up \(Figures.duration(engine.uptimeNanos))"
    if engine.isDeterministic { first += "  deterministic" }
    let second =
      "cpu \(Figures.percent(cpu))  memory \(memory)"
      + "  threads \(engine.threads.map { "\($0)" } ?? "-")"
      + "  events/s \(rate.isFinite ? Figures.short(rate) : "-")"
      + "  seq \(Figures.grouped(engine.sequence))"
    return [first, second, census(sample.plugins)].map { $0.isEmpty ? "no plugins" : $0 }
  }

  /// `5 plugins: 3 running, 1 paused, 1 failed`
  private static func census(_ plugins: [PluginRow]) -> String {
    guard !plugins.isEmpty else { return "" }
    var order: [String] = []
    var counts: [String: Int] = [:]
    for plugin in plugins {
      let state = plugin.stateCell.text
      if counts[state] == nil { order.append(state) }
      counts[state, default: 0] += 1
    }
    let parts = order.map { "\(counts[$0] ?? 0) \($0)" }
    return "\(plugins.count) plugin\(plugins.count == 1 ? "" : "s"): "
      + parts.joined(separator: ", ")
  }

  private static func plugins(_ sample: TopSample, style: Style) -> [String] {
    guard !sample.plugins.isEmpty else { return [] }
    var table = Table([
      .text("PLUGIN", least: 8), .text("TYPE", least: 6), .text("STATE"), .number("IN/S"),
      .number("OUT/S"), .number("LAG"), .number("HELD"), .number("P50"), .number("P99"),
      .number("DROPPED"), .number("REFUSED"), .number("RESTARTS"),
    ])
    table.rows = sample.plugins.map { plugin in
      [
        Cell(plugin.name), Cell(plugin.type), plugin.stateCell,
        Cell(plugin.inRate.map(Figures.short) ?? "-"),
        Cell(plugin.outRate.map(Figures.short) ?? "-"),
        plugin.policy == nil
          ? Cell("-") : lagCell(plugin.lag ?? 0, ring: sample.engine.ring),
        Cell(Figures.short(Double(plugin.held)), plugin.held > 0 ? .yellow : nil),
        Cell(plugin.hopP50.map { Figures.latency($0) } ?? "-"),
        Cell(plugin.hopP99.map { Figures.latency($0) } ?? "-"),
        lossCell(plugin.dropped), lossCell(plugin.refused),
        Cell("\(plugin.restarts)", plugin.restarts > 0 ? .yellow : nil),
      ]
    }
    return table.lines(style)
  }

  private static func subscriptions(_ sample: TopSample, style: Style) -> [String] {
    var table = Table([
      .text("SUBSCRIPTION", least: 12), .text("POLICY"), .number("LAG"), .number("DELIVERED"),
      .number("DROPPED"), .number("CONFLATED"),
    ])
    table.rows = sample.subscriptions.map { reader in
      [
        Cell(reader.name), Cell(reader.policy), lagCell(reader.lag, ring: sample.engine.ring),
        Cell(Figures.short(Double(reader.delivered))), lossCell(reader.dropped),
        Cell(Figures.short(Double(reader.conflated))),
      ]
    }
    return table.lines(style)
  }

  /// Behind by a quarter of the ring is worth a look, by half of it is close to a loss.
  private static func lagCell(_ lag: Int64, ring: Int64?) -> Cell {
    let share = ring.map { Double(lag) / Double(max(1, $0)) } ?? 0
    return Cell(
      Figures.short(Double(lag)), share >= 0.5 ? .red : share >= 0.25 ? .yellow : nil)
  }

  private static func lossCell(_ count: Int64) -> Cell {
    Cell(Figures.short(Double(count)), count > 0 ? .red : nil)
  }

  private static func fit(_ line: String, _ style: Style) -> String {
    style.width.map { PlainText.cut(line, to: $0) } ?? line
  }
}
