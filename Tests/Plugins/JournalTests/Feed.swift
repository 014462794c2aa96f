import EngineCore
import Synchronization

/// Publishes what a test gives it: trades, corrections, and bars that grow and close.
final class Feed: Plugin {
  struct Settings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
  }

  static let manifest = PluginManifest(
    kind: "feed", summary: "Publishes what a test asks for.",
    produces: [.trade, .bar, .correction],
    isSource: true, commands: [PluginCommandDescription("publish", "so many events")])

  private let context: PluginContext
  private var waiting: [JSONValue] = []

  init(settings: Settings, context: PluginContext) throws { self.context = context }

  func handle(_ command: PluginCommand, publishing output: inout EventSink) throws -> JSONValue {
    waiting.append(command.arguments)
    return .null
  }

  func produce(publishing output: inout EventSink) throws -> Next {
    while let order = waiting.first, output.room >= 64 {
      waiting.removeFirst()
      let symbol = order["symbol"]?.string ?? "A"
      let instrument = context.catalog.define(
        Instrument(symbol: symbol, venue: "X", name: "the \(symbol)", pricePrecision: 3))
      if let target = order["target"]?.int64 {
        correct(instrument, UInt64(target), order, &output)
        continue
      }
      let count = Int(order["count"]?.int64 ?? 1)
      let first = order["price"]?.int64 ?? 0
      let time = context.clock.now().advanced(byNanos: -(order["ago"]?.int64 ?? 0))
      for number in 0..<count {
        let price = Price(raw: (first + Int64(number + 1)) * 1_000_000_000)
        if order["bars"]?.bool == true {
          publishBar(instrument, price, isOpen: number % 4 != 3 && order["closed"] == nil, &output)
        } else {
          output.publish(
            Trade(
              instrument: instrument, price: price, size: Quantity(raw: 1), eventTime: time,
              receiveTime: context.clock.now()))
        }
      }
    }
    return waiting.isEmpty ? .idle : .now
  }

  private func correct(
    _ instrument: InstrumentID, _ target: UInt64, _ order: JSONValue, _ output: inout EventSink
  ) {
    func number(_ name: String) -> Int64 { order[name]?.int64 ?? 0 }
    let isCancel = order["cancel"]?.bool == true
    output.publish(
      Event(
        Correction(
          target: target, instrument: instrument, oldTime: Timestamp(nanoseconds: number("time")),
          oldPrice: Price(raw: number("old")), oldSize: Quantity(raw: 1),
          newPrice: isCancel ? .undefined : Price(raw: number("new")), newSize: Quantity(raw: 1))))
  }

  private func publishBar(
    _ instrument: InstrumentID, _ price: Price, isOpen: Bool, _ output: inout EventSink
  ) {
    guard let spec = context.catalog.spec("1s") else { return }
    let now = context.clock.now()
    output.publish(
      Event(
        Bar(
          instrument: instrument, spec: spec, state: isOpen ? .open : .closed, count: 1,
          start: now, end: now, open: price, high: price, low: price, close: price, volume: 1,
          notional: 1)))
  }
}

/// Shows what it reads: nothing that is not kept.
final class Shown: Plugin {
  struct Settings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
  }

  static let manifest = PluginManifest(
    kind: "shown", summary: "Remembers what it was shown.", consumes: [.trade, .bar],
    isFrontend: true, commands: [PluginCommandDescription("last", "the last position")])

  private var last: UInt64 = 0

  init(settings: Settings, context: PluginContext) throws {}

  var subscription: SubscriptionRequest? { SubscriptionRequest(Interest(kinds: [.trade, .bar])) }

  func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    last = batch[batch.count - 1].sequence
  }

  func handle(_ command: PluginCommand, publishing output: inout EventSink) throws -> JSONValue {
    .integer(last)
  }
}
