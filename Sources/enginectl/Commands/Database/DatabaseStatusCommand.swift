import ArgumentParser
import EngineCore

/// `enginectl db status`
struct DatabaseStatusCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the store of bars: its file, version and migrations.")

  @OptionGroup var target: HistoryTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call("status", [], in: session)
    try session.show(reply) { reply, style in Self.lines(reply, style) }
  }

  private static func lines(_ reply: JSONValue, _ style: Style) -> [String] {
    let version = reply.integer("version") ?? 0
    var table = Table([.number("VERSION"), .text("APPLIED"), .text("WHAT IT BRINGS")])
    table.rows = (reply["migrations"]?.array ?? []).map { row in
      let number = row.integer("version") ?? 0
      return [
        Cell("\(number)"), Cell(number <= version ? "yes" : "no"), Cell(row.text("summary") ?? "-"),
      ]
    }
    var lines = [
      "\(reply.text("store") ?? "?"): version \(version), "
        + Figures.bytes(reply.integer("bytes") ?? 0),
      "stored through \(reply.integer("stored_through").map { Figures.grouped($0) } ?? "-"), "
        + "\(Figures.grouped(reply.integer("waiting") ?? 0)) bars wait",
    ]
    if reply.flag("is_catching_up") { lines.append("bars that were missed are read from the log") }
    if let trouble = reply.text("trouble") { lines.append("trouble: \(trouble)") }
    return lines + table.lines(style)
  }
}
