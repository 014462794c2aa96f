internal import AlertRules
internal import EngineCore

/// What people and programs can do to rules while they run.
extension AlertRun {
  /// Commands that change something: they are carried out again when the log is read again.
  static let changing: Set<String> = [
    "add", "remove", "enable", "disable", "ack", "silence", "unsilence", rulesCommand,
  ]

  mutating func carryOut(_ command: PluginCommand) throws -> JSONValue {
    let arguments = CommandReader(command.arguments)
    let moment = moment(of: command)
    switch command.name {
    case "add": return try add(arguments, moment)
    case "remove": return try remove(arguments, moment)
    case "enable": return try setEnabled(true, arguments, moment)
    case "disable": return try setEnabled(false, arguments, moment)
    case "ack": return try acknowledge(arguments, moment)
    case "silence": return try silence(arguments, moment)
    case "unsilence": return try unsilence(arguments, moment)
    case Self.rulesCommand: return try change(command.arguments, moment)
    default: return try answer(command.name, arguments)
    }
  }

  /// When and where something is done.
  struct Moment {
    var time: Timestamp
    var cause: UInt64
  }

  private func moment(of command: PluginCommand) -> Moment {
    let cause = command.position > 0 ? command.position : position
    // On event time a command changes nothing about what time it is.
    if place.options.clock == .event { return Moment(time: engine.now, cause: cause) }
    // The wall clock may have been set back; the time of rules goes on.
    return Moment(time: max(command.time, engine.now), cause: cause)
  }

  // MARK: Rules

  private mutating func add(_ arguments: CommandReader, _ moment: Moment) throws -> JSONValue {
    let json = try arguments.object("rule")
    let rule: AlertRule
    do throws(ConfigurationError) {
      rule = try RecordFile().read(json, name: "rule", as: AlertRule.self)
    } catch {
      let texts = error.faults.map { fault in
        let place = fault.path.isEmpty ? "rule" : fault.path
        let hint = fault.suggestion.map { "; did you mean \($0)?" } ?? ""
        return "\(place): expected \(fault.expected), found \(fault.found)\(hint)"
      }
      throw PluginError(texts.joined(separator: "\n"))
    }
    if let id = engine.ruleID(named: rule.id), let old = rules[id], old.origin != .command {
      throw PluginError(
        "the rule \"\(rule.id)\" comes from \(Self.words(old.origin))",
        hint: "change it there, or take another id")
    }
    if !arguments.flag("force") {
      _ = try Self.compiled(rule, place.options.limits, names: knownNames())
    }
    try add(
      KeptRule(rule: rule, origin: .command, isEnabled: rule.enabled), at: moment.time,
      cause: moment.cause)
    return try show(rule.id)
  }

  /// What a rule may name, as of this place in the log.
  private func knownNames() -> AlertNames {
    let catalog = place.catalog
    return AlertNames(
      instruments: Array(
        catalog.names(in: .instrument).prefix(Int(known.instrumentCount))),
      specs: catalog.names(in: .spec).prefix(Int(known.specCount)).compactMap {
        try? BarSpec(parsing: $0)
      })
  }

  private mutating func remove(_ arguments: CommandReader, _ moment: Moment) throws -> JSONValue {
    let id = try rule(arguments)
    if let origin = rules[id]?.origin, origin != .command {
      throw PluginError(
        "the rule \"\(ruleName(id))\" comes from \(Self.words(origin))",
        hint: "remove it there, or disable it")
    }
    remove(id, at: moment.time, cause: moment.cause)
    return .object([("removed", .string(ruleName(id)))])
  }

  private mutating func setEnabled(
    _ isEnabled: Bool, _ arguments: CommandReader, _ moment: Moment
  ) throws -> JSONValue {
    let id = try rule(arguments)
    engine.setEnabled(isEnabled, id, at: moment.time, cause: moment.cause, to: &collector)
    rules[id]?.isEnabled = isEnabled
    pending.changedRules.insert(ruleName(id))
    return try show(ruleName(id))
  }

  private mutating func change(_ arguments: JSONValue, _ moment: Moment) throws -> JSONValue {
    guard let number = arguments["version"]?.int64, let change = changes[number] else {
      throw PluginError("there is no such change of rules")
    }
    apply(change, cause: moment.cause)
    pending.appliedChanges[number] = moment.cause
    place.log.info(
      "rules were changed", LogField("set", change.set.count),
      LogField("removed", change.removed.count))
    return .object([
      ("set", .integer(change.set.count)), ("removed", .integer(change.removed.count)),
    ])
  }

  // MARK: Firings

  private mutating func acknowledge(_ arguments: CommandReader, _ moment: Moment) throws
    -> JSONValue
  {
    let id = try rule(arguments)
    let symbol = arguments.optionalText("symbol")
    let instrument = try symbol.map { try self.instrument($0) }
    let count = engine.acknowledge(
      id, instrument, at: moment.time, cause: moment.cause, to: &collector)
    if count > 0 {
      place.log.info(
        "acknowledged", LogField("rule", ruleName(id)), LogField("firings", count),
        LogField("by", arguments.optionalText("by") ?? "-"))
    }
    return .object([("acknowledged", .integer(count))])
  }

  // MARK: Silences

  private mutating func silence(_ arguments: CommandReader, _ moment: Moment) throws -> JSONValue {
    let until: Timestamp
    switch (arguments.optionalText("for"), arguments.optionalText("until")) {
    case (let text?, nil):
      do throws(UnitTextError) {
        until = moment.time.advanced(byNanos: try DurationText.parse(text))
      } catch {
        throw PluginError("expected \"for\" to be a duration such as \"1h\", found \"\(text)\"")
      }
    case (nil, let text?):
      guard let nanos = TimeText.parse(text) else {
        throw PluginError("expected \"until\" to be a time, found \"\(text)\"")
      }
      until = Timestamp(nanoseconds: nanos)
    default: throw PluginError("expected either \"for\" or \"until\"")
    }
    var severity: AlertSeverity?
    if let text = arguments.optionalText("severity_max") {
      severity = AlertSeverity(name: text)
      guard severity != nil else {
        throw PluginError(
          "expected \"severity_max\" to be info, warning or critical, found \"\(text)\"")
      }
    }
    let silence = AlertSilence(
      id: arguments.optionalText("id") ?? "s\(moment.cause)",
      rule: arguments.optionalText("rule"), instrument: arguments.optionalText("symbol"),
      owner: arguments.optionalText("owner"), severityMax: severity, until: until,
      author: arguments.optionalText("by"), comment: arguments.optionalText("comment"))
    do throws(AlertFault) {
      try engine.silence(silence, at: moment.time, cause: moment.cause, to: &collector)
    } catch {
      throw PluginError("\(error)")
    }
    pending.hasNewSilences = true
    return Self.json(silence)
  }

  private mutating func unsilence(_ arguments: CommandReader, _ moment: Moment) throws -> JSONValue
  {
    let id = try arguments.text("id")
    guard engine.removeSilence(id, at: moment.time, cause: moment.cause, to: &collector) else {
      throw PluginError(
        "there is no silence \"\(id)\"",
        hint: engine.silences.isEmpty
          ? "nothing is silenced"
          : "there are: \(engine.silences.prefix(20).map(\.id).joined(separator: ", "))")
    }
    pending.hasNewSilences = true
    return .object([("removed", .string(id))])
  }

  // MARK: Names

  func rule(_ arguments: CommandReader) throws(PluginError) -> RuleID {
    let name = try arguments.text("rule")
    if let id = engine.ruleID(named: name) { return id }
    let near = Spelling.nearest(to: name, in: rules.values.map(\.rule.id))
    throw PluginError(
      "there is no rule \"\(name)\"", hint: near.map { "did you mean \"\($0)\"?" })
  }

  func instrument(_ symbol: String) throws(PluginError) -> InstrumentID {
    if let id = place.catalog.instrument(key: symbol) { return id }
    let near = Spelling.nearest(to: symbol, in: place.catalog.names(in: .instrument))
    throw PluginError(
      "there is no instrument \"\(symbol)\"", hint: near.map { "did you mean \"\($0)\"?" })
  }

  private static func words(_ origin: RuleOrigin) -> String {
    switch origin {
    case .configuration: "the configuration"
    case .file(let path): path
    case .command: "a command"
    }
  }
}
