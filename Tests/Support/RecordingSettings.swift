public import EngineCore

/// What a `RecordingPlugin` reads, keeps and makes.
public struct RecordingSettings: PluginSettings {
  public static let keys: [ConfigurationKey] = [
    .key("reads", .list(of: .choice(EventKind.allCases.map(\.name))), default: ["trade"], "Kinds."),
    .key("policy", .choice(of: DeliveryPolicy.self), default: "lossless", "How it reads."),
    .key("behind", .list(of: .string), default: [], "Plugins that it stays behind."),
    .key("batch", .integer(1...4096), default: 256, "Most events a call."),
    .key("keeps", .boolean, default: true, "Whether it keeps what it reads, or counts only."),
    .key("derives", .integer(0...100), default: 0, "Events that it makes of each."),
    .key("makes", .choice(["trade", "quote"]), default: "quote", "What it makes."),
    .key(
      "generations", .integer(1...100), default: 1, "How often derived events are derived from."),
    .optional("ticker", .duration(from: "1ms", to: "1h"), "Publishes a quote as often as this."),
    .key("note", .string, default: "", "Something that can be changed."),
  ]

  public let kinds: Set<EventKind>
  public let policy: DeliveryPolicy
  public let behind: [String]
  public let batch: Int
  public let keeps: Bool
  public let derives: Int
  public let makesTrades: Bool
  public let generations: Int
  public let tickerNanos: Int64?
  public let note: String

  public init(from object: inout ConfigurationObject) {
    kinds = Set(object.strings("reads").compactMap { EventKind(name: $0) })
    policy = object.choice("policy", as: DeliveryPolicy.self)
    behind = object.strings("behind")
    batch = Int(object.integer("batch"))
    keeps = object.boolean("keeps")
    derives = Int(object.integer("derives"))
    makesTrades = object.string("makes") == "trade"
    generations = Int(object.integer("generations"))
    tickerNanos = object.optionalDurationNanos("ticker")
    note = object.string("note")
  }
}
