import EngineCore

/// What became of each plugin that `start`, `stop`, `restart`, `pause` or `resume` was asked for.
enum ChangeLines {
  static func lines(_ results: [JSONValue], style: Style) -> [String] {
    guard !results.isEmpty else { return ["no plugins are configured"] }
    let width = results.reduce(0) { max($0, PlainText.width($1.text("name") ?? "?")) }
    return results.flatMap { result -> [String] in
      let isGood = result.flag("ok")
      let name = PlainText.pad(PlainText.line(result.text("name") ?? "?"), to: width)
      let isPaused = result.flag("paused")
      let state = isPaused ? "paused" : PlainText.line(result.text("state") ?? "")
      let mark = style.paint(isGood ? "✓" : "✗", isGood ? .green : .red)
      var line = "\(mark) \(name)  \(state)"
      if let error = result.text("error") {
        line += (state.isEmpty ? "" : "  ") + style.paint(PlainText.line(error), .red)
      }
      guard let hint = result.text("hint"), !hint.isEmpty else { return [line] }
      return [line, "  \(style.paint("hint:", .cyan)) \(PlainText.line(hint))"]
    }
  }

  /// Whether all went well.
  static func areGood(_ results: [JSONValue]) -> Bool { results.allSatisfy { $0.flag("ok") } }
}
