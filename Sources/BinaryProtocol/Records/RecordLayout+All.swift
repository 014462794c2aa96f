extension RecordLayout {
  /// The fields that every record begins with.
  public static let header: [Field] = [
    Field("sequence", 0, .u48), Field("size", 6, .u8), Field("version", 7, .u8),
    Field("kind", 8, .u8), Field("flags", 9, .u8), Field("scope", 10, .u16),
    Field("instrument", 12, .u32, .instrument),
  ]

  /// The records of this version, by kind.
  public static let all: [RecordLayout] = [
    trade, quote, bar, alert, correction, watermark, gap, status, definition, time, command,
    position,
  ]

  private static func short(_ kind: UInt8, _ name: String, _ fields: [Field]) -> RecordLayout {
    RecordLayout(kind: kind, name: name, bytes: UInt16(RecordFormat.shortBytes), fields: fields)
  }

  private static func long(_ kind: UInt8, _ name: String, _ fields: [Field]) -> RecordLayout {
    RecordLayout(kind: kind, name: name, bytes: UInt16(RecordFormat.longBytes), fields: fields)
  }

  static let trade = short(
    1, "trade",
    [
      Field("price", 16, .i64, .nano), Field("size", 24, .i64, .nano),
      Field("event time", 32, .i64, .time), Field("receive time", 40, .i64, .time),
      Field("venue sequence", 48, .u64), Field("side", 56, .u8),
      Field("first", 64, .i64, .nano), Field("high", 72, .i64, .nano),
      Field("low", 80, .i64, .nano), Field("volume", 88, .i128, .nano), Field("count", 104, .u64),
    ])

  static let quote = short(
    2, "quote",
    [
      Field("bid", 16, .i64, .nano), Field("ask", 24, .i64, .nano),
      Field("event time", 32, .i64, .time), Field("receive time", 40, .i64, .time),
      Field("bid size", 48, .i64, .nano), Field("ask size", 56, .i64, .nano),
    ])

  static let bar = long(
    3, "bar",
    [
      Field("state", 16, .u8), Field("reason", 17, .u8), Field("revision", 18, .u16),
      Field("count", 20, .u32), Field("start", 24, .i64, .time), Field("end", 32, .i64, .time),
      Field("open", 40, .i64, .nano), Field("high", 48, .i64, .nano),
      Field("low", 56, .i64, .nano), Field("close", 64, .i64, .nano),
      Field("volume", 72, .i128, .nano), Field("notional", 88, .i128, .atto),
      Field("buy volume", 104, .i64, .nano), Field("first sequence", 112, .u64),
      Field("last sequence", 120, .u64),
    ])

  static let alert = long(
    4, "alert",
    [
      Field("state", 16, .u8), Field("severity", 17, .u8), Field("rule", 20, .u32, .rule),
      Field("generation", 24, .u32), Field("reason", 28, .u32, .textID),
      Field("value", 32, .i64, .nano), Field("threshold", 40, .i64, .nano),
      Field("event time", 48, .i64, .time), Field("since", 56, .i64, .time),
      Field("cause", 64, .u64),
    ])

  static let correction = short(
    5, "correction",
    [
      Field("target", 16, .u64), Field("old time", 24, .i64, .time),
      Field("old price", 32, .i64, .nano), Field("old size", 40, .i64, .nano),
      Field("new price", 48, .i64, .nano), Field("new size", 56, .i64, .nano),
    ])

  static let watermark = short(
    6, "watermark",
    [
      Field("start", 16, .i64, .time), Field("end", 24, .i64, .time), Field("bars", 32, .u32),
      Field("empty", 36, .u32), Field("scope kind", 40, .u8),
    ])

  static let gap = short(
    7, "gap",
    [
      Field("first", 16, .u64), Field("last", 24, .u64), Field("count", 32, .u64),
      Field("time", 40, .i64, .time), Field("reason", 48, .u8),
      Field("subscriber", 52, .u32, .textID),
    ])

  static let status = short(
    8, "status",
    [
      Field("time", 16, .i64, .time), Field("subject", 24, .u32, .textID),
      Field("reason", 28, .u32, .textID), Field("scope kind", 32, .u8), Field("code", 33, .u8),
      Field("previous", 34, .u8),
    ])

  static let definition = short(
    RecordFormat.definitionKind, "definition",
    [
      Field("id", 16, .u32), Field("namespace", 20, .u8), Field("price precision", 21, .u8),
      Field("size precision", 22, .u8), Field("increment", 24, .i64, .nano),
      Field("text", 32, .text), Field("symbol", 32, .text), Field("venue", 32, .text),
      Field("currency", 32, .text), Field("calendar", 32, .text), Field("name", 32, .text),
    ])

  static let time = short(10, "time", [Field("time", 16, .i64, .time)])

  static let command = short(
    11, "command",
    [
      Field("time", 16, .i64, .time), Field("plugin", 24, .u32, .textID),
      Field("command", 28, .u32, .textID), Field("token", 32, .u64),
    ])

  static let position = short(
    RecordFormat.positionKind, "position",
    [Field("epoch", 16, .u64), Field("next", 24, .u64), Field("time", 32, .i64, .time)])
}
