/// Schemas that several endpoints share.
extension RouteSchema {
  static let named: [(name: String, schema: RouteSchema)] = [
    (
      "Instrument",
      .object([
        member("id", .integer), member("key", .text), member("symbol", .text),
        member("venue", .nullable(.text)), member("name", .nullable(.text)),
        member("price_precision", .integer), member("size_precision", .integer),
        member("increment", .nullable(.number)), member("currency", .nullable(.text)),
        member("calendar", .nullable(.text)),
      ])
    ),
    (
      "Bar",
      .object([
        member("start", .time), member("end", .time), member("open", .number),
        member("high", .number), member("low", .number), member("close", .number),
        member("volume", .number), member("notional", .number), member("buy_volume", .number),
        member("count", .integer),
        member("state", .choice(["open", "closed", "amended", "void"])),
        member("revision", .integer), optional("flags", .list(.text)),
      ])
    ),
    (
      "Tick",
      .object([
        member("seq", .integer), member("kind", .choice(["trade", "quote"])),
        member("time", .time), member("symbol", .text), member("received", .time),
        optional("price", .nullable(.number)), optional("size", .nullable(.number)),
        optional("side", .text), optional("venue_seq", .integer),
        optional("bid", .nullable(.number)), optional("ask", .nullable(.number)),
        optional("bid_size", .nullable(.number)), optional("ask_size", .nullable(.number)),
        optional("source", .text), optional("corrected", .boolean),
        optional("flags", .list(.text)),
      ])
    ),
    ("Detail", .object([member("detail", .anything)])),
    (
      "StatusDetail",
      .object([member("detail", .text), member("status_code", .integer)])
    ),
    (
      "Error",
      .object([
        member(
          "error",
          .object([member("status", .integer), member("message", .text)]))
      ])
    ),
  ]
}
