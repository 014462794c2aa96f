import EngineCore

/// The table of `enginectl instruments`.
enum InstrumentTable {
  static func lines(
    _ instruments: [JSONValue], total: Int64, next: Int64?, style: Style
  ) -> [String] {
    guard !instruments.isEmpty else { return ["no instrument matches"] }
    var table = Table([
      .number("ID"), .text("SYMBOL"), .text("VENUE"), .text("NAME", least: 12),
      .number("PRICE"), .number("SIZE"), .text("CURRENCY"), .text("CALENDAR"),
    ])
    table.rows = instruments.map { instrument in
      [
        Cell(instrument.integer("id").map { "\($0)" } ?? "-"),
        Cell(instrument.text("symbol") ?? instrument.text("key") ?? "?"),
        cell(instrument, "venue"), cell(instrument, "name"),
        Cell(instrument["price_precision"]?.plain ?? "-"),
        Cell(instrument["size_precision"]?.plain ?? "-"),
        cell(instrument, "currency"), cell(instrument, "calendar"),
      ]
    }
    var lines = table.lines(style)
    if let next {
      lines.append(
        style.paint(
          "\(Figures.grouped(instruments.count)) of \(Figures.grouped(total)); go on with "
            + "--after \(next), or --limit 0 for all", .dim))
    }
    return lines
  }

  private static func cell(_ instrument: JSONValue, _ name: String) -> Cell {
    let text = instrument.text(name) ?? ""
    return Cell(text.isEmpty ? "-" : text)
  }
}
