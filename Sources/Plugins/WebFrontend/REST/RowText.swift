internal import EngineCore

/// Rows as CSV (RFC 4180).
enum RowText {
  /// A head and a line a row, with the members of what `write` makes of it.
  static func csv<Row>(
    _ rows: [Row], names: [String], _ write: (Row, inout JSONWriter) -> Void
  ) -> [UInt8] {
    var text = names.joined(separator: ",") + "\r\n"
    for row in rows {
      var json = JSONWriter()
      write(row, &json)
      let value = (try? JSONReader().read(json.bytes)) ?? .null
      text += names.map { field(value[$0]) }.joined(separator: ",") + "\r\n"
    }
    return Array(text.utf8)
  }

  private static func field(_ value: JSONValue?) -> String {
    guard let value, !value.isNull else { return "" }
    let text = value.string ?? value.text()
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
