import EngineCore

/// A reader of the bus as `stats.watch` describes it.
struct SubscriptionRow: Equatable, Sendable {
  var name: String
  var policy: String
  var lag: Int64
  var delivered: Int64
  var dropped: Int64
  var conflated: Int64

  init(_ value: JSONValue) {
    name = value.text("name") ?? "?"
    policy = value.text("policy") ?? "-"
    lag = value.integer("lag") ?? 0
    delivered = value.integer("delivered") ?? 0
    dropped = value.integer("dropped") ?? 0
    conflated = value.integer("conflated") ?? 0
  }
}
