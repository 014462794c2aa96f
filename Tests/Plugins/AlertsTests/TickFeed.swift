import EngineCore

/// Publishes trades and quotes that a test gives it.
final class TickFeed: Plugin {
  struct Settings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
  }

  static let manifest = PluginManifest(
    kind: "feed", summary: "Publishes what a test gives it.", produces: [.trade, .quote],
    isSource: true, commands: [PluginCommandDescription("publish", "ticks")])

  private let context: PluginContext

  init(settings: Settings, context: PluginContext) throws { self.context = context }

  /// `{"symbol": "A", "price": 1.5}` or `{"symbol": "A", "bid": 1.4, "ask": 1.6}`, or a list of
  /// such as `ticks`.
  func handle(_ command: PluginCommand, publishing output: inout EventSink) throws -> JSONValue {
    for tick in command.arguments["ticks"]?.array ?? [command.arguments] {
      let id = context.catalog.define(Instrument(symbol: tick["symbol"]?.string ?? "A"))
      let now = context.clock.now()
      if let price = tick["price"]?.number {
        output.publish(
          Trade(
            instrument: id, price: try Price(price.text), size: Quantity(raw: 1_000_000_000),
            side: .buy, eventTime: now, receiveTime: now))
      } else if let bid = tick["bid"]?.number, let ask = tick["ask"]?.number {
        output.publish(
          Quote(
            instrument: id, bid: try Price(bid.text), ask: try Price(ask.text),
            bidSize: Quantity(raw: 1_000_000_000), askSize: Quantity(raw: 1_000_000_000),
            eventTime: now, receiveTime: now))
      }
    }
    return .null
  }
}
