public import EngineCore

/// Writes down what it receives, and makes events of it when its settings say so.
///
/// Derived events carry how often they were derived: trades in the venue's number, quotes in the
/// bid size; the price says which input and which copy they are of.
public final class RecordingPlugin: Plugin {
  public static let manifest = PluginManifest(
    kind: "recording", summary: "Writes down what it receives.", consumes: [.trade, .quote],
    produces: [.trade, .quote], commands: [PluginCommandDescription("echo", "Answers.")])

  private let settings: RecordingSettings
  private let context: PluginContext
  private let diary: PluginDiary

  public init(settings: RecordingSettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    diary = Diaries.of(context.catalog)[context.name]
    diary.made(context)
    diary.called("init")
  }

  public var subscription: SubscriptionRequest? {
    guard !settings.kinds.isEmpty else { return nil }
    return SubscriptionRequest(
      Interest(kinds: settings.kinds), policy: settings.policy, behind: settings.behind,
      batch: settings.batch)
  }

  public func start() throws {
    diary.called("start")
    setTicker()
  }

  private func setTicker() {
    guard let nanos = settings.tickerNanos else { return }
    context.timers.schedule(TimerID(1), at: context.clock.now().advanced(byNanos: nanos))
  }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    diary.received(batch, keeps: settings.keeps)
    guard settings.derives > 0 else { return }
    for index in 0..<batch.count { derive(batch[index], &output) }
  }

  private func derive(_ event: Event, _ output: inout EventSink) {
    let generation: UInt64
    switch event.kind {
    case .trade: generation = event.trade.venueSequence
    case .quote:
      generation = event.quote.bidSize.isDefined ? UInt64(event.quote.bidSize.raw) : 0
    default: return
    }
    guard generation < settings.generations else { return }
    for copy in 0..<settings.derives {
      let price = Price(raw: Int64(event.sequence) * 100 + Int64(copy))
      let outcome: PublishOutcome
      if settings.makesTrades {
        let trade = Trade(
          instrument: event.instrument, price: price, eventTime: event.time, receiveTime: .zero,
          venueSequence: generation + 1)
        outcome = output.publish(trade)
      } else {
        let quote = Quote(
          instrument: event.instrument, bid: price, ask: price,
          bidSize: Quantity(raw: Int64(generation) + 1), eventTime: event.time, receiveTime: .zero)
        outcome = output.publish(quote)
      }
      diary.published(outcome)
    }
  }

  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    diary.called("timer", "\(timer.raw) \(context.clock.now())")
    output.publish(Ticks.quote(diary.count(of: "timer")))
    setTicker()
  }

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    guard command.name == "echo" else { throw PluginError("no \(command.name) here") }
    diary.called("handle", "after \(diary.received)")
    return .object([("received", .integer(diary.received)), ("arguments", command.arguments)])
  }

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {
    diary.called("inbox", "\(message)")
  }

  public func paused(_ isPaused: Bool) { diary.called("paused", "\(isPaused)") }

  public func stop(publishing output: inout EventSink) { diary.called("stop") }
}
