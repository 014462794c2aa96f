public import EngineCore

/// Makes trades and quotes of simulated instruments.
public final class Generator: Plugin {
  public static let manifest = PluginManifest(
    kind: "generator",
    summary: "Makes trades and quotes: random walk, Brownian motion with jumps, mean reversion",
    produces: [.trade, .quote], isSource: true,
    commands: [
      PluginCommandDescription(
        "set",
        "change while it runs: {\"interval\": \"100ms\"}, {\"rate\": 5000}, "
          + "{\"volatility\": 0.5}, …"),
      PluginCommandDescription("stats", "events, missed ticks and overflows"),
    ])

  private let context: PluginContext
  private let settings: GeneratorSettings
  private var run: GeneratorRun?
  private var hasToldEnd = false
  private var overflowsTold: UInt64 = 0

  public init(settings: GeneratorSettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
  }

  public func start() throws {
    run = GeneratorRun(
      GeneratorPlan(settings, catalog: context.catalog), seed: settings.seed ?? context.seed,
      source: context.source, nanos: context.clock.monotonicNanos())
  }

  public func produce(publishing output: inout EventSink) throws -> Next {
    guard let run else { return .idle }
    let next = run.produce(
      &output, room: output.room,
      now: GeneratorRun.Now(wall: context.clock.now(), nanos: context.clock.monotonicNanos()))
    if run.stream.overflows.count > overflowsTold { tellOverflow(run) }
    if run.isFinished, !hasToldEnd {
      hasToldEnd = true
      context.log.info("finished: the limit is reached", LogField("events", run.stream.events))
    }
    return next
  }

  public func paused(_ isPaused: Bool) {
    // What became due in between is missed, not made up for in a burst.
    if !isPaused { run?.resume(nanos: context.clock.monotonicNanos()) }
  }

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    guard let run else { throw PluginError("the generator has not started") }
    switch command.name {
    case "set":
      run.change(
        try run.settings.changed(by: command.arguments), nanos: context.clock.monotonicNanos())
    case "stats": break
    default:
      throw PluginError(
        "generator has no command \"\(command.name)\"", hint: "it takes: set, stats")
    }
    return stats(run)
  }

  public func stop(publishing output: inout EventSink) { run = nil }

  private func stats(_ run: GeneratorRun) -> JSONValue {
    let settings = run.settings
    let pace: (String, JSONValue) =
      switch settings.pace {
      case .interval(let nanos): ("interval", .string(DurationText.format(nanos)))
      case .rate(let raw): ("rate", .string(FixedPoint.text(raw)))
      case .max: ("interval", .string("max"))
      }
    return .object([
      ("state", .string(run.isFinished ? "finished" : "running")),
      ("model", .string(settings.model.rawValue)), pace,
      ("instruments", .integer(settings.instruments.count)),
      ("events", .integer(run.stream.events)), ("missed_ticks", .integer(run.missed)),
      ("overflows", .integer(run.stream.overflows.count)),
    ])
  }

  /// Tells of numbers that did not fit, at most once each time that their count has doubled.
  private func tellOverflow(_ run: GeneratorRun) {
    let (count, last) = run.stream.overflows
    guard overflowsTold == 0 || count >= overflowsTold * 2 else { return }
    overflowsTold = count
    context.log.error(
      "a price or size does not fit 64 bits: the tick was left out", LogField("count", count),
      LogField("instrument", context.catalog.instrument(last)?.key ?? "?"))
  }
}

extension EventSink: TickReceiver {
  @inline(__always)
  mutating func take(_ event: Event) { publish(event) }
}
