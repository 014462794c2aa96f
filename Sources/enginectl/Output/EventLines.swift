import EngineCore

/// Events as lines, one each, in columns that grow with what comes.
struct EventLines: Sendable {
  private let style: Style
  private var sequenceWidth = 8
  private var subjectWidth = 12
  /// By kind and place, what the widest field so far took before and from its decimal point.
  private var fieldWidths: [String: [FieldWidth]] = [:]

  private struct FieldWidth {
    var whole = 0
    var fraction = 0
  }

  init(style: Style) { self.style = style }

  /// The line of one event.
  mutating func line(_ event: JSONValue) -> String {
    let kind = event.text("kind") ?? "?"
    let isGap = kind == "gap"
    // A gap is told to one reader and has no place in the log.
    let number = event.integer("seq").map { $0 == 0 ? "-" : "\($0)" } ?? "-"
    sequenceWidth = max(sequenceWidth, number.count)
    let subject = PlainText.line(EventFields.subject(of: event))
    subjectWidth = min(max(subjectWidth, PlainText.width(subject)), 40)
    let fields = EventFields.of(event)
    var line =
      style.paint(EventFields.clock(event.text("time")), .dim) + "  "
      + style.paint(PlainText.pad(number, to: sequenceWidth, trailing: false), .dim) + "  "
      + style.paint(PlainText.pad(subject, to: subjectWidth), isGap ? .alarm : .cyan) + "  "
    let rest = aligned(fields, kind: kind)
    line += style.paint(rest, isGap ? .alarm : EventFields.colour(of: event))
    while line.last == " " { line.removeLast() }
    return line
  }

  private mutating func aligned(_ fields: [EventField], kind: String) -> String {
    var widths = fieldWidths[kind] ?? []
    var parts: [String] = []
    for (index, field) in fields.enumerated() {
      if index == widths.count { widths.append(FieldWidth()) }
      let value = PlainText.line(field.value)
      let label = field.label.isEmpty ? "" : field.label + " "
      guard field.isNumber else {
        // The last field is as long as it is: nothing stands behind it.
        if index < fields.count - 1 {
          widths[index].whole = min(max(widths[index].whole, PlainText.width(value)), 24)
        }
        parts.append(label + PlainText.pad(value, to: widths[index].whole))
        continue
      }
      let point = value.firstIndex(of: ".") ?? value.endIndex
      let whole = String(value[..<point])
      let fraction = String(value[point...])
      widths[index].whole = max(widths[index].whole, whole.count)
      widths[index].fraction = max(widths[index].fraction, fraction.count)
      parts.append(
        label + PlainText.pad(whole, to: widths[index].whole, trailing: false)
          + PlainText.pad(fraction, to: widths[index].fraction))
    }
    fieldWidths[kind] = widths
    return parts.joined(separator: "  ")
  }
}
