/// Rows under aligned titles, two blanks between columns.
struct Table: Equatable, Sendable {
  private static let gap = 2

  var columns: [Column]
  var rows: [[Cell]] = []

  init(_ columns: [Column], rows: [[Cell]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The lines, titles first. Where they are too long for the style's width, columns that may be
  /// cut are, the widest first; then lines are cut at the right.
  func lines(_ style: Style) -> [String] {
    let widths = fittedWidths(style.width)
    var lines = [line(columns.map { Cell($0.title, .bold) }, widths, style)]
    lines += rows.map { line($0, widths, style) }
    return lines
  }

  private func fittedWidths(_ limit: Int?) -> [Int] {
    var widths = columns.indices.map { column in
      rows.reduce(PlainText.width(columns[column].title)) { widest, row in
        max(widest, column < row.count ? PlainText.width(row[column].text) : 0)
      }
    }
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - limit
    while excess > 0 {
      let candidates = columns.indices.filter { widths[$0] > (columns[$0].least ?? .max) }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
    var text = ""
    var used = 0
    for (index, cell) in cells.enumerated() where index < columns.count {
      let gap = index == 0 ? 0 : Self.gap
      let room = style.width.map { $0 - used - gap } ?? .max
      guard room > 0 else { break }
      let width = min(widths[index], room)
      let shown = PlainText.cut(cell.text, to: width)
      let blanks = String(repeating: " ", count: max(0, width - PlainText.width(shown)))
      let isLast = index == columns.count - 1
      text += String(repeating: " ", count: gap)
      // Blanks stay outside of the colour, and none trail the line.
      text +=
        columns[index].isNumber
        ? blanks + style.paint(shown, cell.colour)
        : style.paint(shown, cell.colour) + (isLast ? "" : blanks)
      used += gap + width
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}
