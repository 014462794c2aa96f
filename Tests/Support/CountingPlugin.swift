public import EngineCore

/// Counts what it receives without losses, and publishes nothing.
public final class CountingPlugin: Plugin {
  public struct Settings: PluginSettings {
    public static let keys: [ConfigurationKey] = [
      .key("reads", .list(of: .choice(["trade", "quote"])), default: ["quote"], "Kinds."),
      .key("batch", .integer(1...65_536), default: 256, "Most events a call."),
      .key("keeps", .boolean, default: false, "Whether it keeps what it reads."),
      .key("parts", .boolean, default: false, "Whether it writes down how deliveries came."),
    ]
    public let kinds: Set<EventKind>
    public let batch: Int
    public let keeps: Bool
    public let tellsParts: Bool

    public init(from object: inout ConfigurationObject) {
      kinds = Set(object.strings("reads").compactMap { EventKind(name: $0) })
      batch = Int(object.integer("batch"))
      keeps = object.boolean("keeps")
      tellsParts = object.boolean("parts")
    }
  }

  public static let manifest = PluginManifest(
    kind: "counting", summary: "Counts what it receives.", consumes: [.trade, .quote],
    endsBatches: true)

  private let settings: Settings
  private let diary: PluginDiary

  public init(settings: Settings, context: PluginContext) throws {
    self.settings = settings
    diary = Diaries.of(context.catalog)[context.name]
    diary.made(context)
    diary.called("init")
  }

  public var subscription: SubscriptionRequest? {
    SubscriptionRequest(Interest(kinds: settings.kinds), batch: settings.batch)
  }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    diary.received(batch, keeps: settings.keeps)
    if settings.tellsParts { diary.called("receive", "\(batch.count)") }
  }

  public func batchEnded(publishing output: inout EventSink) throws {
    if settings.tellsParts { diary.called("batchEnded", "at \(diary.received)") }
  }

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {
    diary.called("inbox", "\(message)")
  }
}
