import EngineCore

/// What is shown of each kind of event. Numbers keep the digits of the reply: no price passes
/// through a `Double`.
enum EventFields {
  /// `trade.EURUSD`, `bar.EURUSD.1m`, `status.plugin.sim`.
  static func subject(of event: JSONValue) -> String {
    let kind = event.text("kind") ?? "?"
    let names: [String] =
      switch kind {
      case "bar": ["symbol", "spec"]
      case "alert": ["rule"]
      case "watermark": ["subject"]
      case "gap": ["subscriber"]
      case "status": ["scope", "subject"]
      case "definition": ["namespace", "name"]
      case "command": ["plugin"]
      default: ["symbol"]
      }
    // A gap that a server tells to one stream has no name.
    let tokens = names.compactMap { event.text($0) }.filter { !$0.isEmpty }
    return Subject([kind] + tokens).description
  }

  /// `HH:MM:SS.mmm` of an ISO time, in UTC as it came.
  static func clock(_ time: String?) -> String {
    let empty = "--:--:--.---"
    guard let time, let parsed = Timestamp(time) else { return empty }
    let text = parsed.description
    guard let start = text.firstIndex(of: "T") else { return empty }
    let digits = text[text.index(after: start)...].dropLast()
    let parts = digits.split(separator: ".", maxSplits: 1)
    let millis = parts.count > 1 ? String(parts[1].prefix(3)) : ""
    return "\(parts[0])." + millis + String(repeating: "0", count: 3 - millis.count)
  }

  static func of(_ event: JSONValue) -> [EventField] {
    var fields: [EventField] =
      switch event.text("kind") {
      case "trade": trade(event)
      case "quote": quote(event)
      case "bar": bar(event)
      case "alert": alert(event)
      case "correction": correction(event)
      case "gap": gap(event)
      case "status": status(event)
      case "definition": definition(event)
      case "watermark": watermark(event)
      case "time": []
      case "position": position(event)
      case "command": [.word(event.text("command") ?? "-")]
      default: others(event)
      }
    // That a market is simulated or replayed its source tells; the other marks change the meaning.
    let flags = event.texts("flags").filter { $0 != "simulated" && $0 != "replayed" }
    if !flags.isEmpty { fields.append(.word("[\(flags.joined(separator: " "))]")) }
    return fields
  }

  /// The colour of states that a person looks for.
  static func colour(of event: JSONValue) -> Colour? {
    switch (event.text("kind"), event.text("code") ?? event.text("state")) {
    case ("status", "failed"?), ("status", "down"?), ("status", "halted"?): .red
    case ("status", "backoff"?), ("status", "paused"?), ("status", "stale"?),
      ("status", "stalled"?):
      .yellow
    case ("alert", "firing"?): .red
    case ("alert", "pending"?): .yellow
    case ("time", _), ("definition", _), ("watermark", _), ("position", _): .dim
    default: nil
    }
  }

  private static func trade(_ event: JSONValue) -> [EventField] {
    var fields: [EventField] = [
      .number(digits(event, "price")), .number(digits(event, "size"), "size"),
    ]
    let side = event.text("side") ?? "unknown"
    fields.append(.word(side == "unknown" ? "-" : side))
    fields.append(.word(event.text("source") ?? "-"))
    if let range = event["range"] {
      fields.append(
        .word(
          "\(digits(range, "count")) trades, \(digits(range, "low")) … \(digits(range, "high")), "
            + "volume \(digits(range, "volume"))"))
    }
    return fields
  }

  private static func quote(_ event: JSONValue) -> [EventField] {
    [
      .number(digits(event, "bid")), .number(digits(event, "ask"), "/"),
      .number(digits(event, "bid_size"), "size"), .number(digits(event, "ask_size"), "×"),
      .word(event.text("source") ?? "-"),
    ]
  }

  private static func bar(_ event: JSONValue) -> [EventField] {
    let revision = event.integer("revision") ?? 0
    return [
      .number(digits(event, "open"), "O"), .number(digits(event, "high"), "H"),
      .number(digits(event, "low"), "L"), .number(digits(event, "close"), "C"),
      .number(digits(event, "volume"), "V"), .number(digits(event, "count"), "n"),
      .word((event.text("state") ?? "-") + (revision > 0 ? " rev \(revision)" : "")),
    ]
  }

  private static func alert(_ event: JSONValue) -> [EventField] {
    var fields: [EventField] = [
      .word(event.text("state") ?? "-"), .word(event.text("symbol") ?? "-"),
      .number(digits(event, "value")), .number(digits(event, "threshold"), "against"),
    ]
    if let reason = event.text("reason") { fields.append(.word(reason)) }
    return fields
  }

  private static func correction(_ event: JSONValue) -> [EventField] {
    let old = "\(digits(event, "old_price")) size \(digits(event, "old_size"))"
    let new =
      event.flag("cancel")
      ? "cancelled" : "\(digits(event, "new_price")) size \(digits(event, "new_size"))"
    return [.number(digits(event, "target"), "of"), .word("\(old) → \(new)")]
  }

  private static func gap(_ event: JSONValue) -> [EventField] {
    let count = event.integer("count").map { Figures.grouped($0) } ?? "?"
    return [
      .word(
        "GAP: \(count) events lost (\(event.text("reason") ?? "?")), "
          + "\(digits(event, "first")) … \(digits(event, "last"))")
    ]
  }

  private static func status(_ event: JSONValue) -> [EventField] {
    let code = event.text("code") ?? "?"
    let change = event.text("previous").map { "\($0) → \(code)" } ?? code
    var fields: [EventField] = [.word(change)]
    if let reason = event.text("reason"), !reason.isEmpty { fields.append(.word(reason)) }
    return fields
  }

  private static func definition(_ event: JSONValue) -> [EventField] {
    var fields: [EventField] = [.number(digits(event, "id"), "id")]
    if let precision = event.integer("price_precision") {
      fields.append(.word("\(precision) decimals"))
    }
    return fields
  }

  private static func watermark(_ event: JSONValue) -> [EventField] {
    var fields: [EventField] = [
      .word("complete to \(event.text("end") ?? "?")"), .number(digits(event, "bars"), "bars"),
    ]
    if let symbol = event.text("symbol") { fields.append(.word(symbol)) }
    return fields
  }

  /// Where a stream is: for `--from`.
  private static func position(_ event: JSONValue) -> [EventField] {
    let place = "\(event.text("epoch") ?? "?"):\(digits(event, "next"))"
    return [.word(place)] + (event.flag("snapshot_end") ? [.word("snapshot complete")] : [])
  }

  /// A kind that this version does not know: what it has, by name.
  private static func others(_ event: JSONValue) -> [EventField] {
    let known: Set<String> = ["seq", "kind", "time", "symbol", "flags"]
    return (event.object ?? []).filter { !known.contains($0.name) }.map {
      .word($0.value.plain, $0.name)
    }
  }

  private static func digits(_ event: JSONValue, _ name: String) -> String {
    event[name]?.number?.text ?? "-"
  }
}
