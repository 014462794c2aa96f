internal import EngineCore

/// All that is known of an instrument, as JSON.
enum InstrumentCodec {
  static func json(_ instrument: Instrument) -> JSONValue {
    .object([
      ("symbol", .string(instrument.symbol)), ("venue", .optional(instrument.venue)),
      ("name", .optional(instrument.name)),
      ("price_precision", .integer(instrument.pricePrecision)),
      ("size_precision", .integer(instrument.sizePrecision)),
      ("increment", instrument.increment.map { .integer($0.raw) } ?? .null),
      ("currency", .optional(instrument.currency)),
      ("calendar", .optional(instrument.calendar)),
    ])
  }

  /// Nil when it is not what `json` has made.
  static func instrument(_ json: JSONValue) -> Instrument? {
    guard let symbol = json["symbol"]?.string else { return nil }
    return Instrument(
      symbol: symbol, venue: json["venue"]?.string, name: json["name"]?.string,
      pricePrecision: Int(json["price_precision"]?.int64 ?? 2),
      sizePrecision: Int(json["size_precision"]?.int64 ?? 0),
      increment: json["increment"]?.int64.map { Price(raw: $0) },
      currency: json["currency"]?.string, calendar: json["calendar"]?.string)
  }
}
