import EngineCore

/// All rows of a range, page by page.
struct HistoryPages {
  private let symbol: String
  /// Of bars; nil for trades.
  private let spec: String?
  private let to: Timestamp?
  private var from: Timestamp?
  private var after: Int64?
  private var isAtEnd = false

  init(symbol: String, spec: String?, from: Timestamp?, to: Timestamp?) {
    self.symbol = symbol
    self.spec = spec
    self.from = from
    self.to = to
  }

  /// The next page; nil at the end.
  mutating func next(_ engine: EngineConnection) async throws(ControlError) -> [JSONValue]? {
    guard !isAtEnd else { return nil }
    let request = JSONValue.object([("symbol", .string(symbol))]).adding([
      ("spec", spec.map { .string($0) }), ("from", from.map { .string("\($0)") }),
      ("to", to.map { .string("\($0)") }), ("after", after.map { .integer($0) }),
      ("limit", .integer(HistoryRange.pageLimit)),
    ])
    guard spec != nil else {
      let reply = try await engine.call("history.ticks", request)
      let next = reply.integer("next")
      isAtEnd = next.map { $0 <= after ?? 0 } ?? true
      after = next
      return try reply.list("ticks", of: "history.ticks")
    }
    let reply = try await engine.call("history.bars", request)
    let page = try reply.list("bars", of: "history.bars")
    let last = page.last?.text("start").flatMap { Timestamp($0) }
    from = last?.advanced(byNanos: 1)
    isAtEnd = !reply.flag("more") || last == nil
    return page
  }
}
