import EngineCore

/// The table of `enginectl clients`.
enum ClientTable {
  static func lines(_ clients: [JSONValue], style: Style) -> [String] {
    guard !clients.isEmpty else { return ["no clients are connected"] }
    var table = Table([
      .text("CLIENT"), .text("PEER"), .text("NAME"), .text("TOKEN"), .number("SENT"),
      .number("WAITING"), .number("LOST"), .text("SUBJECTS", least: 10),
    ])
    table.rows = clients.map { client in
      let subscriptions = client["subscriptions"]?.array ?? []
      let lost = subscriptions.reduce(0) { $0 + ($1.integer("lost") ?? 0) }
      return [
        Cell(client.text("id") ?? "?"), Cell(client.text("peer") ?? "-"),
        Cell(named(client.text("client"))), Cell(named(client.text("token"))),
        Cell(client.integer("bytes_out").map(Figures.bytes) ?? "-"),
        Cell(client.integer("unwritten_bytes").map(Figures.bytes) ?? "-"),
        Cell(Figures.grouped(lost), lost > 0 ? .yellow : nil),
        Cell(named(subscriptions.flatMap { $0.texts("subjects") }.joined(separator: " "))),
      ]
    }
    return table.lines(style)
  }

  private static func named(_ text: String?) -> String {
    guard let text, !text.isEmpty else { return "-" }
    return text
  }
}
