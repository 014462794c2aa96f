public import EngineCore

/// A plugin on a thread that it brings along: publishes in its turns what others hand to its desk,
/// and writes down what it reads and when its turns end.
public final class LoopedPlugin: Plugin {
  public struct Settings: PluginSettings {
    public static let keys: [ConfigurationKey] = [
      .key("drains", .integer(0...1_000), default: 0, "How often it asks for time to stop."),
      .key("hangs", .boolean, default: false, "Whether its first batch hangs."),
    ]
    public let drains: Int
    public let hangs: Bool

    public init(from object: inout ConfigurationObject) {
      drains = Int(object.integer("drains"))
      hangs = object.boolean("hangs")
    }
  }

  public static let manifest = PluginManifest(
    kind: "looped", summary: "Lives on a loop.", consumes: [.trade], produces: [.trade],
    isSource: true, bringsLoop: true)

  private let settings: Settings
  private let context: PluginContext
  private let diary: PluginDiary
  private var drains = 0

  public static func makeLoop(name: String) -> (any LaneLoop)? { ThreadLoop() }

  public init(settings: Settings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    diary = Diaries.of(context.catalog)[context.name]
    diary.made(context)
    diary.called("init")
  }

  public var subscription: SubscriptionRequest? { SubscriptionRequest(Interest(kinds: [.trade])) }
  public var canReceive: Bool { !diary.isFull }

  public func start() throws {
    guard let loop = context.loop as? ThreadLoop else { throw PluginError("no loop") }
    diary.called(loop.isCurrent ? "start on the loop" : "start elsewhere")
  }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    diary.received(batch, keeps: true)
    if settings.hangs, diary.count(of: "init") == 1 { diary.gate.wait() }
  }

  public func produce(publishing output: inout EventSink) throws -> Next {
    for number in diary.takeDesk() { output.publish(Ticks.trade(number)) }
    return .everyTurn
  }

  public func turnEnded(_ end: TurnEnd) throws {
    if end.lastSequence > 0 { diary.called("out \(end.lastSequence)") }
  }

  public func drain() throws -> Bool {
    drains += 1
    diary.called("drain")
    if drains <= settings.drains { context.loop?.wake() }
    return drains > settings.drains
  }

  public func stop(publishing output: inout EventSink) { diary.called("stop") }
}
