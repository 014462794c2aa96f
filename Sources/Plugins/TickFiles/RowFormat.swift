/// How the rows of a file or stream are written.
package struct RowFormat: Equatable, Sendable {
  /// Nil: told by the header, which has a price or a bid and an ask.
  package var kind: RowKind?
  /// The symbol of all rows, for files without such a column.
  package var symbol: String?
  package var venue: String?
  package var columns: [ColumnRole: ColumnReference] = [:]
  package var hasHeader = true
  package var delimiter = UInt8(ascii: ",")
  /// Nil: told by the end of the column's name (`_ns`, `_us`, `_ms`, `_s`), otherwise ISO 8601.
  package var timeFormat: TimeFormat?
  /// What local time is ahead of UTC, for times that do not say.
  package var offsetNanos: Int64 = 0
  /// Decimals of prices that people expect, of instruments that are new.
  package var pricePrecision = 2
  /// Whether there has to be a column with the time.
  package var needsTime = true

  package init() {}

  /// Characters that may stand between columns.
  package static let delimiters = [",", ";", "|", "\t", " "]

  /// Nanoseconds that local time is ahead of UTC; nil when the text is neither `UTC` nor `±hh:mm`.
  package static func offsetNanos(_ text: String) -> Int64? {
    if text == "UTC" || text == "Z" { return 0 }
    let bytes = Array(text.utf8)
    guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      bytes[3] == UInt8(ascii: ":"),
      let hours = Int64(String(decoding: bytes[1...2], as: UTF8.self)), (0..<24).contains(hours),
      let minutes = Int64(String(decoding: bytes[4...5], as: UTF8.self)),
      (0..<60).contains(minutes)
    else { return nil }
    let nanos = (hours * 60 + minutes) * 60_000_000_000
    return bytes[0] == UInt8(ascii: "-") ? -nanos : nanos
  }
}
