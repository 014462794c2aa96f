/// Writes recorded bars and ticks as JSON objects with exact numbers, as the admin socket and the
/// web frontend show them.
public enum HistoryJSON {
  /// Appends one bar.
  public static func write(_ bar: Bar, to json: inout JSONWriter) {
    json.beginObject()
    json.member("start", bar.start.description)
    json.member("end", bar.end.description)
    number("open", bar.open, &json)
    number("high", bar.high, &json)
    number("low", bar.low, &json)
    number("close", bar.close, &json)
    json.name("volume")
    json.rawNumber(FixedPoint.text(wide: bar.volume, decimals: 9))
    json.name("notional")
    json.rawNumber(FixedPoint.text(wide: bar.notional, decimals: 18))
    json.name("buy_volume")
    if bar.buyVolume.isDefined { json.rawNumber(bar.buyVolume.text()) } else { json.null() }
    json.member("count", bar.count)
    json.member("state", "\(bar.state)")
    json.member("revision", bar.revision)
    if !bar.flags.isEmpty {
      json.array("flags") { json in for name in bar.flags.names { json.value(name) } }
    }
    json.endObject()
  }

  private static func number(_ name: String, _ price: Price, _ json: inout JSONWriter) {
    json.name(name)
    if price.isDefined { json.rawNumber(price.text()) } else { json.null() }
  }

  /// Appends one tick.
  public static func write(
    _ tick: TickPage.Tick, names: EventJSON, to json: inout JSONWriter
  ) {
    names.write(tick.event, to: &json) { json in
      if tick.isCorrected { json.member("corrected", true) }
    }
  }
}
