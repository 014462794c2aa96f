import EngineCore

/// One message of `stats.watch`.
struct TopSample: Equatable, Sendable {
  var engine: EngineRow
  var plugins: [PluginRow]
  var subscriptions: [SubscriptionRow]

  init(_ message: JSONValue) {
    engine = EngineRow(message["engine"] ?? .object([]))
    plugins = (message["plugins"]?.array ?? []).map(PluginRow.init)
    subscriptions = (message["subscriptions"]?.array ?? []).map(SubscriptionRow.init)
  }
}
