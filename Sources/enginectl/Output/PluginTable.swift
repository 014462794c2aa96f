import EngineCore

/// The table of `enginectl list`.
enum PluginTable {
  static func lines(_ plugins: [PluginRow], now: Timestamp, style: Style) -> [String] {
    guard !plugins.isEmpty else { return ["no plugins are configured"] }
    var table = Table([
      .text("NAME"), .text("TYPE"), .text("STATE"), .number("SINCE"), .number("IN/S"),
      .number("OUT/S"), .number("LAG"), .number("RESTARTS"), .text("LAST ERROR", least: 10),
    ])
    table.rows = plugins.map { plugin in
      [
        Cell(plugin.name), Cell(plugin.type), plugin.stateCell,
        Cell(plugin.since.map { Figures.age(now.nanos(since: $0)) } ?? "-"),
        Cell(plugin.inRate.map(Figures.rate) ?? "-"),
        Cell(plugin.outRate.map(Figures.rate) ?? "-"),
        Cell(plugin.policy == nil ? "-" : plugin.lag.map { Figures.grouped($0) } ?? "-"),
        Cell(Figures.grouped(plugin.restarts), plugin.restarts > 0 ? .yellow : nil),
        Cell(error(plugin, now: now), plugin.state == "failed" ? .red : nil),
      ]
    }
    return table.lines(style)
  }

  private static func error(_ plugin: PluginRow, now: Timestamp) -> String {
    let text = plugin.lastError ?? "-"
    guard plugin.state == "backoff", let retry = plugin.retryAt else { return text }
    return "\(text) (retry in \(Figures.age(retry.nanos(since: now))))"
  }
}
