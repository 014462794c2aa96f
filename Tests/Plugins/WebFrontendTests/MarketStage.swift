import EngineCore
import Support
import Testing

/// A web frontend over an hour of trades: one a second, whose price is its number, of the
/// instrument A; bars are made and kept.
struct MarketStage {
  static let begin = Timestamp(nanoseconds: 1_705_312_800_000_000_000)
  let stage: WebStage
  private let folder: Folder

  init(
    _ config: String = "", count: Int64 = 3600, partial: String = "off",
    hasAlerts: Bool = false
  ) async throws {
    folder = try Folder()
    let alerts =
      hasAlerts
      ? #",{"name":"alerts","type":"alerts","config":{"store":"\#(folder.path)/a.sqlite"}}"# : ""
    stage = try await WebStage(
      config,
      plugins: """
        {"name":"bars","type":"bars",
        "config":{"specs":["1s","1m","1h","1d","10t"],"partial":"\(partial)"}},
        {"name":"history","type":"history","config":{"store":"\(folder.path)/h.sqlite"}}\(alerts)
        """)
    stage.engine.catalog.define(
      Instrument(
        symbol: "A", name: "First", pricePrecision: 2, sizePrecision: 1,
        increment: Price(raw: 50_000_000), currency: "EUR"))
    stage.engine.catalog.define(Instrument(symbol: "BRK.B", venue: "X", pricePrecision: 3))
    let publisher = stage.engine.bus.publisher(role: .source)
    for number in 1...count {
      let trade = Trade(
        instrument: InstrumentID(1), price: Price(raw: number * 1_000_000_000),
        size: Quantity(raw: 500_000_000), side: .buy, eventTime: Self.time(number - 1),
        receiveTime: Self.time(number - 1))
      while !publisher.publish(Event(trade)) { try Task.checkCancellation() }
      // Without a journal the history has what it hears, and the bus holds no more than this.
      if number % 3000 == 0 { try await untilBars(number / 60) }
    }
    let quote = Quote(
      instrument: InstrumentID(1), bid: Price(raw: 3_599_900_000_000),
      ask: Price(raw: 3_600_100_000_000), eventTime: Self.time(count), receiveTime: .zero)
    while !publisher.publish(Event(quote)) { try Task.checkCancellation() }
    try await stage.settle()
    try await untilBars(count / 60)
  }

  /// So many seconds after the first trade.
  static func time(_ seconds: Int64) -> Timestamp {
    begin.advanced(byNanos: seconds * 1_000_000_000)
  }

  /// Until the minutes are closed and received, but for the last one.
  private func untilBars(_ minutes: Int64) async throws {
    let query = HistoryBarQuery(instrument: "A", spec: "1m", limit: 1000)
    while true {
      let bars = try await stage.engine.capabilities.find(.marketHistory).bars(query).bars
      if bars.count >= minutes - 1 { return }
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  func client() async throws -> WebClient { try await stage.client() }
}
