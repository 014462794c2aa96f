internal import EngineCore

/// What the answers of the datafeed look like.
enum ChartText {
  static func seconds(_ time: Timestamp) -> Int64 {
    let nanos = time.nanoseconds
    return nanos >= 0 ? nanos / 1_000_000_000 : (nanos - 999_999_999) / 1_000_000_000
  }

  static func time(_ seconds: Int64) -> Timestamp {
    let (nanos, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? (seconds > 0 ? .distantFuture : .distantPast) : Timestamp(nanoseconds: nanos)
  }

  /// A failure as the contract has it; libraries read it from an answer that is all right by HTTP.
  @Sendable static func failure(_ refusal: HTTPAnswer.Refusal) -> HTTPAnswer {
    guard refusal.status == 400 || refusal.status == 404 || refusal.status == 422 else {
      return HTTPAnswer(refusal)
    }
    return .json { json in
      json.member("s", "error")
      json.member("errmsg", refusal.reason)
    }
  }

  /// An answer that is a list.
  static func list(_ elements: (inout JSONWriter) -> Void) -> HTTPAnswer {
    var json = JSONWriter()
    json.array(elements)
    return HTTPAnswer(
      status: 200, headers: [HTTPAnswer.HeaderField("Cache-Control", "no-store")],
      body: json.bytes, type: "application/json")
  }

  /// The price step as charts count it: so many of so many parts of 1.
  static func scale(_ instrument: Instrument) -> (minimum: Int64, parts: Int64) {
    var parts: Int64 = 1
    for _ in 0..<min(max(instrument.pricePrecision, 0), 9) { parts *= 10 }
    guard let increment = instrument.increment?.raw, increment > 0 else { return (1, parts) }
    // Of more decimals than people expect there are some when the step has them.
    while parts < 1_000_000_000, increment % (1_000_000_000 / parts) != 0 { parts *= 10 }
    return (increment / (1_000_000_000 / parts), parts)
  }

  static func bars(_ bars: [Bar], _ resolution: ChartResolution) -> HTTPAnswer {
    func column(_ name: String, _ json: inout JSONWriter, _ price: (Bar) -> Price) {
      json.array(name) { json in for bar in bars { json.rawNumber(price(bar).text()) } }
    }
    return .json { json in
      json.member("s", "ok")
      json.array("t") { json in for bar in bars { json.value(resolution.stamp(bar)) } }
      column("o", &json, \.open)
      column("h", &json, \.high)
      column("l", &json, \.low)
      column("c", &json, \.close)
      json.array("v") { json in
        for bar in bars { json.rawNumber(FixedPoint.text(wide: bar.volume, decimals: 9)) }
      }
    }
  }

  /// The newest prices of one instrument.
  struct Quote {
    let key: String
    var instrument: Instrument?
    var trade: Trade?
    var quote: EngineCore.Quote?

    func write(to json: inout JSONWriter) {
      json.object { json in
        guard let instrument else {
          json.member("s", "error")
          json.member("n", key)
          return json.object("v") { json in json.member("error", "unknown_symbol") }
        }
        json.member("s", "ok")
        json.member("n", key)
        json.object("v") { json in
          json.member("short_name", instrument.symbol)
          json.member("exchange", instrument.venue ?? "")
          json.member("description", instrument.name ?? instrument.symbol)
          number("lp", trade?.price, &json)
          number("bid", quote?.bid, &json)
          number("ask", quote?.ask, &json)
        }
      }
    }

    private func number(_ name: String, _ price: Price?, _ json: inout JSONWriter) {
      guard let price, price.isDefined else { return }
      json.name(name)
      json.rawNumber(price.text())
    }
  }

  static func marks(_ records: [AlertRecord]) -> HTTPAnswer {
    func column(_ name: String, _ json: inout JSONWriter, _ text: (AlertRecord) -> String) {
      json.array(name) { json in for record in records { json.value(text(record)) } }
    }
    return .json { json in
      column("id", &json) { String($0.number) }
      json.array("time") { json in
        for record in records { json.value(seconds(record.time)) }
      }
      column("color", &json) { _ in "red" }
      column("text", &json) { $0.message.isEmpty ? "\($0.rule): \($0.value)" : $0.message }
      column("label", &json) { String($0.rule.prefix(1)).uppercased() }
      column("labelFontColor", &json) { _ in "white" }
      json.array("minSize") { json in for _ in records { json.value(20) } }
    }
  }
}
