internal import AlertRules
internal import EngineCore

/// What people and programs can ask.
extension AlertRun {
  func answer(_ name: String, _ arguments: CommandReader) throws -> JSONValue {
    switch name {
    case "list": return try list(arguments)
    case "show": return try show(ruleName(try rule(arguments)))
    case "silences":
      return .object([("silences", .array(engine.silences.map(Self.json)))])
    case "explain": return try explain(arguments)
    default:
      throw PluginError(
        "alerts has no command \"\(name)\"",
        hint: "it takes: \(Alerts.manifest.commands.map(\.name).joined(separator: ", "))")
    }
  }

  // MARK: Rules

  private func list(_ arguments: CommandReader) throws -> JSONValue {
    let query = try arguments.query(usually: 1000)
    var rows: [JSONValue] = []
    var matching = 0
    for id in engine.ruleIDs {
      guard let kept = rules[id], AlertQuery.matches(query.rule, kept.rule.id) else { continue }
      let states = engine.states(of: id)
      if let wanted = query.states, !states.contains(where: { wanted.contains($0.state) }) {
        continue
      }
      matching += 1
      if rows.count < query.limit { rows.append(row(id, kept, states)) }
    }
    return .object([
      ("rules", .array(rows)), ("matching", .integer(matching)),
      ("all", .integer(engine.ruleCount)), ("states", .integer(engine.stateCount)),
      ("silences", .integer(engine.silences.count)),
    ])
  }

  private func row(_ id: RuleID, _ kept: KeptRule, _ states: [AlertInstance]) -> JSONValue {
    let firing = states.count { $0.isFiring }
    let newest = states.map(\.lastFired).max() ?? AlertInstance.never
    let state =
      !kept.isEnabled
      ? "disabled"
      : engine.hasExpired(id)
        ? "expired"
        : states.isEmpty ? "waiting" : "\(Self.foremost(states))"
    return .object([
      ("id", .string(kept.rule.id)), ("state", .string(state)),
      ("firing", .integer(firing)), ("states", .integer(states.count)),
      ("severity", .string(kept.rule.severity.name)),
      ("last_fired", newest == AlertInstance.never ? .null : Self.time(newest)),
      ("origin", .string(kept.origin.text)), ("owner", .optional(kept.rule.owner)),
      ("when", .string(kept.rule.when)),
    ])
  }

  /// The state that matters most.
  private static func foremost(_ states: [AlertInstance]) -> AlertState {
    let order: [AlertState] = [.firing, .acknowledged, .pending, .resolved, .inactive]
    return order.first { state in states.contains { $0.state == state } } ?? .inactive
  }

  func show(_ name: String) throws -> JSONValue {
    guard let id = engine.ruleID(named: name), let kept = rules[id] else {
      throw PluginError("there is no rule \"\(name)\"")
    }
    let states = engine.states(of: id)
    return .object([
      ("rule", kept.working.json), ("origin", .string(kept.origin.text)),
      ("enabled", .bool(kept.isEnabled)), ("expired", .bool(engine.hasExpired(id))),
      ("states", .array(states.prefix(1000).map { json(status(of: $0, kept.rule)) })),
      ("more_states", .integer(max(states.count - 1000, 0))),
    ])
  }

  private func explain(_ arguments: CommandReader) throws -> JSONValue {
    let id = try rule(arguments)
    let instrument: InstrumentID
    if let symbol = arguments.optionalText("symbol") {
      instrument = try self.instrument(symbol)
    } else if let state = engine.states(of: id).max(by: { Self.rank($0) < Self.rank($1) }) {
      instrument = state.instrument
    } else {
      throw PluginError(
        "the rule \"\(ruleName(id))\" watches no instrument yet",
        hint: "its instruments have not been seen; enginectl instruments lists those that have")
    }
    guard let explanation = engine.explain(id, instrument) else {
      throw PluginError("there is no rule \"\(ruleName(id))\"")
    }
    return AlertWords.json(explanation)
  }

  private static func rank(_ state: AlertInstance) -> Int {
    switch state.state {
    case .firing: 4
    case .acknowledged: 3
    case .pending: 2
    case .resolved: 1
    case .inactive: 0
    }
  }

  /// The rules of an owner, or all, as they are written in files.
  func rules(of owner: String?) -> [JSONValue] {
    engine.ruleIDs.compactMap { rules[$0]?.working }
      .filter { owner == nil || $0.owner == owner }.map(\.json)
  }

  // MARK: States and history

  func states(_ query: AlertQuery) -> [AlertStatus] {
    var found: [AlertStatus] = []
    for id in engine.ruleIDs {
      guard let kept = rules[id], AlertQuery.matches(query.rule, kept.rule.id) else { continue }
      for state in engine.states(of: id) {
        guard query.states.map({ $0.contains(state.state) }) ?? true,
          AlertQuery.matches(query.instrument, instrumentName(state.instrument))
        else { continue }
        found.append(status(of: state, kept.rule))
        if found.count == query.limit { return found }
      }
    }
    return found
  }

  private func status(of state: AlertInstance, _ rule: AlertRule) -> AlertStatus {
    AlertStatus(
      rule: rule.id, instrument: instrumentName(state.instrument), state: state.state,
      severity: rule.severity.name, generation: state.generation,
      since: Timestamp(nanoseconds: state.since),
      lastFired: state.lastFired == AlertInstance.never
        ? nil : Timestamp(nanoseconds: state.lastFired),
      value: state.generation == 0 ? "" : AlertWords.text(state.value, state.unit),
      threshold: state.generation == 0 ? "" : AlertWords.text(state.threshold, state.unit),
      isSilenced: state.marks.contains(.isSilenced),
      isFlapping: state.marks.contains(.isFlapping), suppressed: state.suppressed)
  }

  private func json(_ status: AlertStatus) -> JSONValue {
    .object([
      ("symbol", .string(status.instrument)), ("state", .string("\(status.state)")),
      ("generation", .integer(status.generation)),
      ("since", status.since == .distantPast ? .null : .string("\(status.since)")),
      ("last_fired", .optional(status.lastFired.map { "\($0)" })),
      ("value", .string(status.value)), ("threshold", .string(status.threshold)),
      ("silenced", .bool(status.isSilenced)), ("flapping", .bool(status.isFlapping)),
      ("suppressed", .integer(status.suppressed)),
    ])
  }

  static func time(_ nanos: Int64) -> JSONValue {
    .string("\(Timestamp(nanoseconds: nanos))")
  }

  static func json(_ silence: AlertSilence) -> JSONValue {
    .object([
      ("id", .string(silence.id)), ("rule", .optional(silence.rule)),
      ("symbol", .optional(silence.instrument)), ("owner", .optional(silence.owner)),
      ("severity_max", .optional(silence.severityMax?.name)),
      ("until", .string("\(silence.until)")), ("by", .optional(silence.author)),
      ("comment", .optional(silence.comment)),
    ])
  }
}
