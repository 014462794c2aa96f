internal import BarAggregation
internal import EngineCore

/// What people and programs can ask for while it runs.
extension Bars {
  func carryOut<Output: BarOutput & ~Copyable>(
    _ command: PluginCommand, _ output: inout Output
  ) throws -> JSONValue {
    let arguments = CommandReader(command.arguments)
    switch command.name {
    case "list": return list()
    case "add":
      let spec = try arguments.spec()
      guard !specs.contains(where: { $0.spec == spec }) else {
        throw PluginError("there are bars \"\(spec)\" already")
      }
      try add(spec, instruments: try arguments.texts("instruments"), to: &output)
      return list()
    case "remove":
      let running = try running(try arguments.spec())
      _ = aggregator.remove(running.id)
      specs.removeAll { $0.id == running.id }
      return list()
    case "show": return try show(arguments)
    case "late": return late(last: try arguments.count("last", most: 10_000) ?? 20)
    case "rebuild": return try rebuild(arguments, at: command.position, &output)
    default:
      throw PluginError(
        "bars has no command \"\(command.name)\"",
        hint: "it takes: \(Self.manifest.commands.map(\.name).joined(separator: ", "))")
    }
  }

  private func running(_ spec: BarSpec) throws(PluginError) -> RunningSpec {
    if let found = specs.first(where: { $0.spec == spec }) { return found }
    let near = Spelling.nearest(to: spec.description, in: specs.map(\.name))
    throw PluginError(
      "there are no bars \"\(spec)\"",
      hint: near.map { "did you mean \"\($0)\"?" }
        ?? "there are: \(specs.map(\.name).joined(separator: ", "))")
  }

  private func instrument(_ symbol: String) throws(PluginError) -> InstrumentID {
    if let id = context.catalog.instrument(key: symbol) { return id }
    let near = Spelling.nearest(to: symbol, in: context.catalog.names(in: .instrument))
    throw PluginError(
      "there is no instrument \"\(symbol)\"", hint: near.map { "did you mean \"\($0)\"?" })
  }

  private func list() -> JSONValue {
    let counters = aggregator.counters
    let watermark = aggregator.watermarkTime
    return .object([
      (
        "specs",
        .array(
          specs.map { spec in
            .object([
              ("spec", .string(spec.name)),
              ("calendar", .string(spec.calendar.name)),
              ("instruments", .integer(aggregator.instruments(of: spec.id).count)),
            ])
          })
      ),
      ("watermark", watermark == .distantPast ? .null : .string("\(watermark)")),
      ("trades", .integer(counters.trades)), ("quotes", .integer(counters.quotes)),
      ("closed", .integer(counters.closed)), ("amended", .integer(counters.amended)),
      ("void", .integer(counters.voided)), ("late", .integer(counters.late)),
      ("late_dropped_total", .integer(counters.lateDropped)),
      ("late_forgotten", .integer(counters.lateForgotten)),
      ("outside_dropped", .integer(counters.outsideDropped)),
      ("corrections", .integer(counters.corrections)),
      ("corrections_lost", .integer(counters.correctionsLost)),
      ("inexact", .integer(counters.inexact)),
      ("memory_bytes", .integer(aggregator.memoryBytes)),
    ])
  }

  private func show(_ arguments: CommandReader) throws -> JSONValue {
    let spec = try running(try arguments.spec())
    let id = try instrument(try arguments.text("symbol"))
    var fill = BarQuery.Fill.none
    if let text = arguments.optionalText("fill") {
      guard let value = BarQuery.Fill(rawValue: text) else {
        throw PluginError("expected fill to be none, flat or null, found \"\(text)\"")
      }
      fill = value
    }
    let query = BarQuery(
      instrument: id, spec: spec.name,
      limit: try arguments.count("last", most: BarQuery.limitMax) ?? 20, fill: fill)
    let answer = try BarShelf(aggregator: aggregator, specs: specs).answer(query)
    return .object([
      ("symbol", .string(try arguments.text("symbol"))), ("spec", .string(spec.name)),
      (
        "kept_from",
        answer.keptFrom == .distantPast ? .null : .string(answer.keptFrom.description)
      ),
      ("more", .bool(answer.hasMore)), ("bars", .array(answer.records.map(\.json))),
    ])
  }

  private func late(last: Int) -> JSONValue {
    let ticks = aggregator.lateTicks.suffix(last)
    return .object([
      ("late", .integer(aggregator.counters.late)),
      ("late_dropped_total", .integer(aggregator.counters.lateDropped)),
      (
        "ticks",
        .array(
          ticks.map { tick in
            .object([
              ("symbol", .optional(context.catalog.instrument(tick.instrument)?.key)),
              ("time", .string("\(tick.time)")), ("price", .decimal(tick.price.text())),
              ("size", .decimal(tick.size.text())), ("seq", .integer(tick.sequence)),
              ("late_by", .string(DurationText.format(tick.lateNanos))),
              ("outcome", .string(tick.outcome.rawValue)),
            ])
          })
      ),
    ])
  }

  /// Compares with the ticks of half a ring before the command: so what is found depends on the log
  /// alone.
  private func rebuild<Output: BarOutput & ~Copyable>(
    _ arguments: CommandReader, at position: UInt64, _ output: inout Output
  ) throws -> JSONValue {
    let ids: [InstrumentID]
    if let symbol = arguments.optionalText("symbol") {
      ids = [try instrument(symbol)]
    } else {
      ids = Set(specs.flatMap { aggregator.instruments(of: $0.id) }).sorted()
    }
    let recent = context.recent
    let last = position > 0 ? position : recent.last
    let reach = UInt64(recent.capacity / 2)
    let first = max(last > reach ? last - reach + 1 : 1, recent.first)
    var total = BarRebuild()
    for id in ids {
      let result = aggregator.rebuild(
        id, recall: recall(at: first), first: first, last: last, to: &output)
      total.checked += result.checked
      total.amended += result.amended
      total.unknown += result.unknown
    }
    return .object([
      ("instruments", .integer(ids.count)), ("checked", .integer(total.checked)),
      ("amended", .integer(total.amended)), ("ticks_gone", .integer(total.unknown)),
    ])
  }
}

extension BarRecord {
  /// As commands show it.
  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("start", .string("\(start)")), ("end", .string("\(end)")),
      ("trade_date", .string("\(tradeDate)")), ("session", .integer(session)),
      ("offset_seconds", .integer(offsetSeconds)),
    ]
    guard let bar else { return .object(members + [("state", .string("empty"))]) }
    members += [
      ("open", .decimal(bar.open.text())), ("high", .decimal(bar.high.text())),
      ("low", .decimal(bar.low.text())), ("close", .decimal(bar.close.text())),
      ("volume", .decimal(FixedPoint.text(wide: bar.volume, decimals: 9))),
      ("notional", .decimal(FixedPoint.text(wide: bar.notional, decimals: 18))),
      ("buy_volume", .decimal(bar.buyVolume.text())),
      ("sell_volume", sellVolume.map { .decimal($0.text()) } ?? .null),
      ("count", .integer(bar.count)), ("state", .string(isFilled ? "filled" : "\(bar.state)")),
      ("revision", .integer(bar.revision)),
    ]
    if ordinal > 0 { members.append(("ordinal", .integer(ordinal))) }
    if !bar.flags.isEmpty { members.append(("flags", .array(bar.flags.names.map { .string($0) }))) }
    return .object(members)
  }
}
