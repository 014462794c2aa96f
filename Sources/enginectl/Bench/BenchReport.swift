import EngineCore

/// What a load generator has measured.
struct BenchReport: Equatable, Sendable {
  var plan: BenchPlan
  /// From the first event to the last acknowledgement.
  var publishNanos: Int64 = 0
  var published = BenchPublisher.Counts()
  /// From the first event to the last one that came.
  var receiveNanos: Int64 = 0
  var received = BenchSubscriber.Counts()
  var latency = LatencyHistogram()
  /// Why connections ended that should not have: each text with how often.
  var failures: [String: Int] = [:]

  private static let quantiles: [(name: String, perMillion: UInt64)] = [
    ("p50", 500_000), ("p99", 990_000), ("p99.9", 999_000),
  ]

  private static func rate(_ count: UInt64, _ nanos: Int64) -> Double {
    nanos > 0 ? Double(count) * 1e9 / Double(nanos) : 0
  }

  // MARK: For people

  func lines(style: Style) -> [String] {
    var rows: [(String, String)] = []
    if plan.publishers > 0 { rows.append(("published", publishedText)) }
    if plan.subscribers > 0 {
      rows.append(("received", receivedText))
      rows.append(("lost", Figures.grouped(received.lost)))
      rows.append(("latency", latencyText))
    }
    var lines = rows.map { name, text in
      let colour: Colour? = name == "lost" && received.lost > 0 ? .red : nil
      return "\(PlainText.pad(name, to: 9))  \(style.paint(text, colour))"
    }
    for (text, count) in failures.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "\(style.paint(PlainText.pad("failed", to: 9), .red))  "
          + "\(count) × \(PlainText.line(text))")
    }
    return lines
  }

  private var publishedText: String {
    let rate = Figures.rate(Self.rate(published.accepted, publishNanos))
    let rejected =
      published.rejected > 0 ? ", \(Figures.grouped(published.rejected)) rejected" : ""
    let unknown = published.sent - min(published.sent, published.accepted + published.rejected)
    let rest = unknown > 0 ? ", \(Figures.grouped(unknown)) not acknowledged" : ""
    return "\(Figures.grouped(published.accepted)) events, \(rate) a second, by "
      + Self.noun(plan.publishers, "publisher") + rejected + rest
  }

  private static func noun(_ count: Int, _ word: String) -> String {
    "\(Figures.grouped(count)) \(word)\(count == 1 ? "" : "s")"
  }

  private var receivedText: String {
    let rate = Figures.rate(Self.rate(received.events, receiveNanos))
    let bytes = Int64(min(Self.rate(received.bytes, receiveNanos), 1e15))
    let others =
      received.others > 0 ? ", and \(Figures.grouped(received.others)) of other sources" : ""
    return "\(Figures.grouped(received.events)) events, \(rate) a second, by "
      + Self.noun(plan.subscribers, "subscriber") + ", \(Figures.bytes(bytes)) a second" + others
  }

  private var latencyText: String {
    guard latency.count > 0 else { return "-" }
    let parts = Self.quantiles.map { name, share in
      "\(name) \(text(latency.quantile(perMillion: share)))"
    }
    return parts.joined(separator: "  ") + "  max \(text(latency.max))"
  }

  private func text(_ nanos: UInt64?) -> String {
    nanos.map { Figures.latency(Int64(clamping: $0)) } ?? "-"
  }

  // MARK: For programs

  var json: JSONValue {
    .object([
      ("subscribers", .integer(plan.subscribers)), ("publishers", .integer(plan.publishers)),
      ("rate", plan.rate.map { .integer($0) } ?? .string("max")),
      ("duration_ns", .integer(plan.durationNanos)), ("symbols", .integer(plan.symbols)),
      ("batch", .integer(plan.batch)), ("policy", .string(plan.policy.rawValue)),
      (
        "published",
        .object([
          ("sent", .integer(published.sent)), ("accepted", .integer(published.accepted)),
          ("rejected", .integer(published.rejected)), ("ns", .integer(publishNanos)),
          ("per_second", .double(Self.rate(published.accepted, publishNanos))),
        ])
      ),
      (
        "received",
        .object([
          ("events", .integer(received.events)), ("others", .integer(received.others)),
          ("bytes", .integer(received.bytes)),
          ("lost", .integer(received.lost)), ("ns", .integer(receiveNanos)),
          ("per_second", .double(Self.rate(received.events, receiveNanos))),
        ])
      ), ("latency_ns", latencyJSON),
      (
        "failures",
        .array(
          failures.sorted { $0.key < $1.key }.map { text, count in
            .object([("reason", .string(text)), ("count", .integer(count))])
          })
      ),
    ])
  }

  private var latencyJSON: JSONValue {
    var members: [(String, JSONValue)] = [("count", .integer(latency.count))]
    for (name, share) in Self.quantiles {
      members.append((name, latency.quantile(perMillion: share).map { .integer($0) } ?? .null))
    }
    members.append(("max", latency.count > 0 ? .integer(latency.max) : .null))
    return .object(members)
  }
}
