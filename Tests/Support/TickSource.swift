public import EngineCore

/// Publishes a number of trades as fast as it may, or one every interval.
public final class TickSource: Plugin {
  public struct Settings: PluginSettings {
    public static let keys: [ConfigurationKey] = [
      .key("count", .integer(0...100_000_000), default: 100, "How many trades."),
      .key("instruments", .integer(1...10_000), default: 1, "Over how many instruments."),
      .key("batch", .integer(1...100_000), default: 100_000, "Most a call, within its room."),
      .key("heeds_room", .boolean, default: true, "False: publishes a whole batch in any case."),
      .optional("interval", .duration(from: "1ms", to: "1h"), "Time between single trades."),
      .key("is_random", .boolean, default: false, "Draws prices and instruments at random."),
    ]
    public let count: Int
    public let instruments: Int
    public let batch: Int
    public let heedsRoom: Bool
    public let intervalNanos: Int64?
    public let isRandom: Bool

    public init(from object: inout ConfigurationObject) {
      count = Int(object.integer("count"))
      instruments = Int(object.integer("instruments"))
      batch = Int(object.integer("batch"))
      heedsRoom = object.boolean("heeds_room")
      intervalNanos = object.optionalDurationNanos("interval")
      isRandom = object.boolean("is_random")
    }
  }

  public static let manifest = PluginManifest(
    kind: "ticks", summary: "Publishes trades.", produces: [.trade], isSource: true)

  private let settings: Settings
  private let context: PluginContext
  private let diary: PluginDiary
  private var number = 0
  private var random: SeededRandom

  public init(settings: Settings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    random = SeededRandom(seed: context.seed)
    diary = Diaries.of(context.catalog)[context.name]
    diary.made(context)
    diary.called("init")
  }

  public func start() throws { diary.called("start") }

  public func produce(publishing output: inout EventSink) throws -> Next {
    diary.called("produce")
    if let nanos = settings.intervalNanos {
      guard number < settings.count else { return .idle }
      publishNext(&output)
      return .at(context.clock.now().advanced(byNanos: nanos))
    }
    let most = settings.heedsRoom ? min(settings.batch, output.room) : settings.batch
    for _ in 0..<min(most, settings.count - number) { publishNext(&output) }
    return number < settings.count ? .now : .idle
  }

  /// Instruments are defined when they first tick, as feeds do it.
  private func publishNext(_ output: inout EventSink) {
    number += 1
    let draw = settings.isRandom ? Int(random.next() % 1_000_000) : number
    let instrument = context.catalog.define(
      Instrument(symbol: "T\(draw % settings.instruments)"))
    let outcome = output.publish(
      Trade(
        instrument: instrument, price: Price(raw: Int64(draw) * 1_000_000_000),
        size: Quantity(raw: Int64(number)), eventTime: context.clock.now(), receiveTime: .zero))
    diary.published(outcome)
  }

  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    diary.called("timer", "\(timer.raw)")
  }

  public func paused(_ isPaused: Bool) { diary.called("paused", "\(isPaused)") }

  public func stop(publishing output: inout EventSink) { diary.called("stop", "\(number)") }
}
