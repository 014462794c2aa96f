import EngineCore

/// A line of the daemon's log.
enum LogLine {
  /// The line as the daemon renders it, in the colour of its level.
  static func text(_ line: JSONValue, style: Style) -> String {
    let colour: Colour? =
      switch line.text("level") {
      case "error": .red
      case "warning": .yellow
      case "debug", "trace": .dim
      default: nil
      }
    return style.paint(PlainText.line(line.text("text") ?? rendered(line)), colour)
  }

  /// The same from its parts, for a line that comes without its text.
  private static func rendered(_ line: JSONValue) -> String {
    var text =
      "\(line.text("time") ?? "-") \(line.text("level") ?? "-") "
      + "\(line.text("plugin") ?? "engine"): \(line.text("message") ?? "")"
    for field in line["fields"]?.object ?? [] { text += " \(field.name)=\(field.value.plain)" }
    return text
  }
}
