public import EngineCore
internal import TickFiles

/// Plays recorded trades, quotes and bars from files, as they were recorded or at any speed.
public final class Replay: Plugin {
  public static let manifest = PluginManifest(
    kind: "replay",
    summary: "Plays trades and quotes from CSV files, and bars from DBN files, at any speed",
    produces: [.trade, .quote, .bar], isSource: true,
    commands: [
      PluginCommandDescription("pause", "stop playing; rows wait"),
      PluginCommandDescription("resume", "go on after a pause"),
      PluginCommandDescription("seek", "go to a time: {\"time\": \"2014-05-02T09:00:00Z\"}"),
      PluginCommandDescription("speed", "set the speed: {\"speed\": 10} or {\"speed\": \"max\"}"),
      PluginCommandDescription("restart", "begin again with the first row"),
      PluginCommandDescription("stats", "rows, faults and position"),
    ])

  private let context: PluginContext
  private let player: ReplayPlayer

  public init(settings: ReplaySettings, context: PluginContext) throws {
    self.context = context
    let catalog = context.catalog
    let log = context.log
    player = ReplayPlayer(
      settings, source: context.source,
      open: { file in
        try TickFile(file, names: Self.names(for: file.rows, in: catalog))
      },
      log: { notice in
        switch notice {
        case .debug(let text): log.debug(text)
        case .info(let text): log.info(text)
        case .warning(let text, let count): log.warning(text, LogField("malformed", count))
        }
      })
  }

  private static func names(for rows: RowFormat, in catalog: Catalog) -> FileNames {
    func instrument(_ symbol: String) -> Instrument {
      Instrument(
        symbol: symbol, venue: rows.venue, pricePrecision: rows.pricePrecision, sizePrecision: 0)
    }
    return FileNames(
      instrument: { catalog.define(instrument($0)) }, spec: { catalog.spec($0.description) },
      learn: { facts in
        var instrument = instrument(facts.symbol)
        (instrument.increment, instrument.currency) = (facts.increment, facts.currency)
        if let increment = facts.increment { instrument.pricePrecision = increment.decimals }
        catalog.refine(
          catalog.define(instrument), increment: facts.increment, currency: facts.currency)
      })
  }

  public func start() throws { try player.rewind() }

  public func produce(publishing output: inout EventSink) throws -> Next {
    try player.produce(
      &output, room: output.room,
      now: ReplayPlayer.Now(wall: context.clock.now(), nanos: context.clock.monotonicNanos()))
  }

  public func paused(_ isPaused: Bool) {
    // What became due in between is not played in a burst.
    if !isPaused { player.release() }
  }

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    switch command.name {
    case "pause": player.hold(true)
    case "resume": player.hold(false)
    case "seek":
      let value = command.arguments["time"]
      let time = value?.int64 ?? value?.string.flatMap { Timestamp($0)?.nanoseconds }
      guard let time else {
        throw PluginError(
          "expected a time such as {\"time\": \"2014-05-02T09:00:00Z\"}, "
            + "found \(command.arguments.text())")
      }
      try player.seek(to: time)
    case "speed":
      let value = command.arguments["speed"]
      guard let text = value?.string ?? value?.number?.text, let speed = ReplaySpeed(text) else {
        throw PluginError(
          "expected {\"speed\": …} with \(ReplaySpeed.expectation), "
            + "found \(command.arguments.text())")
      }
      player.setSpeed(speed)
    case "restart": try player.rewind()
    case "stats": break
    default:
      throw PluginError(
        "replay has no command \"\(command.name)\"",
        hint: "it takes: \(Self.manifest.commands.map(\.name).joined(separator: ", "))")
    }
    return player.stats
  }

  public func stop(publishing output: inout EventSink) { player.close() }
}

extension EventSink: ReplayReceiver {
  @inline(__always)
  mutating func take(_ event: Event) { publish(event) }
}
