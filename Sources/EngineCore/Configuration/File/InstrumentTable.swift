/// Instruments as CSV (RFC 4180): a line of column names, which are the keys of
/// `InstrumentConfiguration`, then a line an instrument. Empty cells are keys left out.
enum InstrumentTable {
  private struct Cell {
    var text: String
    var position: TextPosition
  }

  /// The table as the JSON a list of instruments would be, with the positions of the cells.
  static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw JSONError(position: .start, expected: "UTF-8 text", found: "other bytes")
    }
    var rows = try rows(of: text)
    guard !rows.isEmpty else {
      throw JSONError(
        position: .start, expected: "a line of column names", found: "an empty file")
    }
    let header = rows.removeFirst()
    let keys = InstrumentConfiguration.keys
    // Found here, an unknown column is one fault and not one a row.
    for column in header where !keys.contains(where: { $0.name == column.text }) {
      throw JSONError(
        position: column.position,
        expected: "one of the columns " + keys.map(\.name).joined(separator: ", "),
        found: JSONValue(.string(column.text)).summary)
    }
    var elements: [JSONValue] = []
    for row in rows {
      guard row.count <= header.count else {
        throw JSONError(
          position: row[header.count].position, expected: "\(header.count) cells",
          found: "\(row.count)")
      }
      var members: [JSONMember] = []
      for (column, cell) in zip(header, row) where !cell.text.isEmpty {
        let type = keys.first { $0.name == column.text }?.type ?? .string
        members.append(
          JSONMember(
            name: column.text, namePosition: column.position,
            value: JSONValue(type.reading(cell.text), position: cell.position)))
      }
      elements.append(JSONValue(.object(members), position: row[0].position))
    }
    return JSONValue(.array(elements))
  }

  /// Lines without any text are passed over.
  private static func rows(of text: String) throws(JSONError) -> [[Cell]] {
    var rows: [[Cell]] = []
    var row: [Cell] = []
    var place = TextPosition.start
    var rest = Array(text.unicodeScalars)[...]
    if rest.first?.value == 0xFEFF { rest.removeFirst() }
    while !rest.isEmpty {
      row.append(try cell(&rest, &place))
      guard let end = rest.popFirst(), end == "," else {
        place = TextPosition(line: place.line + 1, column: 1)
        if row.contains(where: { !$0.text.isEmpty }) { rows.append(row) }
        row = []
        continue
      }
      place.column += 1
      if rest.isEmpty { row.append(Cell(text: "", position: place)) }
    }
    if row.contains(where: { !$0.text.isEmpty }) { rows.append(row) }
    return rows
  }

  /// Reads up to the comma or line feed, which it leaves.
  private static func cell(
    _ rest: inout ArraySlice<Unicode.Scalar>, _ place: inout TextPosition
  ) throws(JSONError) -> Cell {
    var text = ""
    let start = place
    if rest.first == "\"" {
      rest.removeFirst()
      place.column += 1
      while true {
        guard let scalar = rest.popFirst() else {
          throw JSONError(position: start, expected: "a closing quote", found: "end of text")
        }
        place.column += 1
        if scalar == "\"" {
          guard rest.first == "\"" else { break }
          rest.removeFirst()
          place.column += 1
        } else if scalar == "\n" {
          place = TextPosition(line: place.line + 1, column: 1)
        }
        text.unicodeScalars.append(scalar)
      }
      if rest.first == "\r" { rest.removeFirst() }
      guard rest.isEmpty || rest.first == "," || rest.first == "\n" else {
        throw JSONError(
          position: place, expected: "a comma or the end of the line", found: "more text")
      }
      return Cell(text: text, position: start)
    }
    while let scalar = rest.first, scalar != ",", scalar != "\n" {
      rest.removeFirst()
      place.column += 1
      if scalar == "\r", rest.isEmpty || rest.first == "\n" { continue }
      text.unicodeScalars.append(scalar)
    }
    return Cell(text: text, position: start)
  }
}
