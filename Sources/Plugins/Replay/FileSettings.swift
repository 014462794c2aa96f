/// One file to replay, and how to read it.
struct FileSettings: Equatable, Sendable {
  var path: String
  /// Nil: told by the header, which has a price or a bid and an ask.
  var kind: RowKind?
  /// The symbol of all rows, for files without such a column.
  var symbol: String?
  var venue: String?
  var columns: [ColumnRole: ColumnReference] = [:]
  var hasHeader = true
  var delimiter = UInt8(ascii: ",")
  /// Nil: told by the end of the column's name (`_ns`, `_us`, `_ms`, `_s`), otherwise ISO 8601.
  var timeFormat: TimeFormat?
  /// What local time is ahead of UTC, for times that do not say.
  var offsetNanos: Int64 = 0
  /// Decimals of prices that people expect, of instruments that are new.
  var pricePrecision = 2

  init(path: String) { self.path = path }
}
