/// Writes events as JSON objects with exact numbers, as `tap` and the web frontends show them.
public struct EventJSON: Sendable {
  private let names: any EventNames

  public init(catalog: Catalog) { names = catalog }

  /// For events whose ids somebody else gave, such as those of a client's stream.
  public init(names: any EventNames) { self.names = names }

  /// Appends one object; with more members, if that writes some.
  public func write(
    _ event: Event, to json: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }
  ) {
    json.beginObject()
    json.member("seq", event.sequence)
    json.member("kind", event.kind.name)
    if event.kind != .definition { json.member("time", event.time.description) }
    writePayload(event, to: &json)
    if !event.flags.isEmpty {
      json.name("flags")
      json.beginArray()
      for name in event.flags.names { json.value(name) }
      json.endArray()
    }
    more(&json)
    json.endObject()
  }

  private func writePayload(_ event: Event, to json: inout JSONWriter) {
    switch event.kind {
    case .trade: write(event.trade, event, to: &json)
    case .quote: write(event.quote, to: &json)
    case .bar: write(event.bar, to: &json)
    case .alert: write(event.alert, to: &json)
    case .correction: write(event.correction, to: &json)
    case .watermark: write(event.watermark, to: &json)
    case .gap: write(event.gap, to: &json)
    case .status: write(event.status, to: &json)
    case .definition: write(event.definition, to: &json)
    case .time: break
    case .command:
      json.member("plugin", text(event.command.plugin))
      json.member("command", text(event.command.command))
    }
  }

  // MARK: Market data

  private func write(_ trade: Trade, _ event: Event, to json: inout JSONWriter) {
    json.member("symbol", symbol(trade.instrument))
    number("price", trade.price, to: &json)
    number("size", trade.size, to: &json)
    json.member("side", "\(trade.side)")
    json.member("received", trade.receiveTime.description)
    json.member("venue_seq", trade.venueSequence)
    writeSource(trade.source, to: &json)
    guard trade.flags.contains(.conflated) else { return }
    let range = event.tradeRange
    json.name("range")
    json.beginObject()
    number("first", range.first, to: &json)
    number("high", range.high, to: &json)
    number("low", range.low, to: &json)
    number("last", range.last, to: &json)
    wide("volume", range.volume, decimals: 9, to: &json)
    json.member("count", range.count)
    json.endObject()
  }

  private func write(_ quote: Quote, to json: inout JSONWriter) {
    json.member("symbol", symbol(quote.instrument))
    number("bid", quote.bid, to: &json)
    number("ask", quote.ask, to: &json)
    number("bid_size", quote.bidSize, to: &json)
    number("ask_size", quote.askSize, to: &json)
    json.member("received", quote.receiveTime.description)
    writeSource(quote.source, to: &json)
  }

  private func write(_ bar: Bar, to json: inout JSONWriter) {
    json.member("symbol", symbol(bar.instrument))
    json.member("spec", name(UInt32(bar.spec.raw), .spec))
    json.member("start", bar.start.description)
    json.member("end", bar.end.description)
    number("open", bar.open, to: &json)
    number("high", bar.high, to: &json)
    number("low", bar.low, to: &json)
    number("close", bar.close, to: &json)
    wide("volume", bar.volume, decimals: 9, to: &json)
    wide("notional", bar.notional, decimals: 18, to: &json)
    number("buy_volume", bar.buyVolume, to: &json)
    json.member("count", bar.count)
    json.member("state", "\(bar.state)")
    json.member("revision", bar.revision)
    if bar.reason != .none { json.member("reason", "\(bar.reason)") }
    json.member("first_seq", bar.firstSequence)
    json.member("last_seq", bar.lastSequence)
  }

  private func write(_ correction: Correction, to json: inout JSONWriter) {
    json.member("symbol", symbol(correction.instrument))
    json.member("target", correction.target)
    json.member("cancel", correction.isCancel)
    number("old_price", correction.oldPrice, to: &json)
    number("old_size", correction.oldSize, to: &json)
    number("new_price", correction.newPrice, to: &json)
    number("new_size", correction.newSize, to: &json)
    writeSource(correction.source, to: &json)
  }

  private func write(_ alert: Alert, to json: inout JSONWriter) {
    json.member("rule", name(alert.rule.raw, .rule))
    json.member("symbol", symbol(alert.instrument))
    json.member("state", "\(alert.state)")
    json.member("severity", alert.severity)
    json.member("generation", alert.generation)
    number("value", Price(raw: alert.value), to: &json)
    number("threshold", Price(raw: alert.threshold), to: &json)
    json.member("since", alert.since.description)
    json.member("cause_seq", alert.causeSequence)
    if alert.reason != .none { json.member("reason", text(alert.reason)) }
  }

  // MARK: About the engine

  private func write(_ watermark: Watermark, to json: inout JSONWriter) {
    json.member("scope", "\(watermark.scope)")
    json.member(
      "subject", name(UInt32(watermark.id), watermark.scope == .spec ? .spec : .source))
    if watermark.instrument != .none { json.member("symbol", symbol(watermark.instrument)) }
    json.member("start", watermark.start.description)
    json.member("end", watermark.end.description)
    json.member("bars", watermark.bars)
    json.member("empty", watermark.empty)
  }

  private func write(_ gap: Gap, to json: inout JSONWriter) {
    json.member("subscriber", text(gap.subscriber))
    json.member("reason", "\(gap.reason)")
    json.member("first", gap.first)
    json.member("last", gap.last)
    json.member("count", gap.count)
  }

  private func write(_ status: Status, to json: inout JSONWriter) {
    json.member("scope", "\(status.scope)")
    let isInstrument = status.scope == .instrument
    json.member("subject", isInstrument ? symbol(status.instrument) : text(status.subject))
    json.member("code", "\(status.code)")
    if let previous = status.previous { json.member("previous", "\(previous)") }
    if status.reason != .none { json.member("reason", text(status.reason)) }
  }

  private func write(_ definition: Definition, to json: inout JSONWriter) {
    json.member("namespace", "\(definition.namespace)")
    json.member("id", definition.id)
    json.member("name", text(definition.text))
    if definition.namespace == .instrument {
      json.member("price_precision", definition.pricePrecision)
      json.member("size_precision", definition.sizePrecision)
    }
  }

  // MARK: Fields

  private func writeSource(_ source: SourceID, to json: inout JSONWriter) {
    if source != .none { json.member("source", name(UInt32(source.raw), .source)) }
  }

  private func number(_ name: String, _ price: Price, to json: inout JSONWriter) {
    json.name(name)
    if price.isDefined { json.rawNumber(price.text()) } else { json.null() }
  }

  private func number(_ name: String, _ size: Quantity, to json: inout JSONWriter) {
    json.name(name)
    if size.isDefined { json.rawNumber(size.text()) } else { json.null() }
  }

  private func wide(_ name: String, _ value: Int128, decimals: Int, to json: inout JSONWriter) {
    json.name(name)
    json.rawNumber(FixedPoint.text(wide: value, decimals: decimals))
  }

  private func symbol(_ id: InstrumentID) -> String {
    name(id.raw, .instrument)
  }

  private func name(_ id: UInt32, _ namespace: DefinitionNamespace) -> String {
    names.name(id, in: namespace) ?? "#\(id)"
  }

  private func text(_ id: TextID) -> String { id == .none ? "" : name(id.raw, .text) }
}

extension EventFlags {
  /// Names of the flags that are set.
  public var names: [String] {
    let all: [(EventFlags, String)] = [
      (.receiptTime, "receipt_time"), (.replayed, "replayed"), (.simulated, "simulated"),
      (.conflated, "conflated"), (.snapshot, "snapshot"), (.inexact, "inexact"),
      (.incompleteLeft, "incomplete_left"), (.outsideSession, "outside_session"),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}

extension FixedPoint {
  /// The shortest exact decimal of a sum that is scaled by 10 to the power of −`decimals`.
  public static func text(wide value: Int128, decimals: Int) -> String {
    var digits = String(value.magnitude)
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
    }
    let split = digits.index(digits.endIndex, offsetBy: -decimals)
    var fraction = digits[split...]
    while fraction.last == "0" { fraction.removeLast() }
    let sign = value < 0 ? "-" : ""
    return sign + digits[..<split] + (fraction.isEmpty ? "" : "." + fraction)
  }
}
