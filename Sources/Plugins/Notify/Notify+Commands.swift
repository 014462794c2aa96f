internal import EngineCore
internal import Notifications

/// What people ask for.
extension Notify {
  func carryOut(_ command: PluginCommand) throws -> JSONValue {
    let reader = CommandReader(command.arguments)
    switch command.name {
    case "list": return list()
    case "status": return status()
    case "dead": return try dead(reader)
    case "resend": return try resend(reader)
    case "pause", "resume": return try pause(try reader.text("channel"), command.name == "pause")
    case "history": return try history(reader)
    case "test": return try test(try reader.text("channel"))
    case "tested":
      let number = try reader.count("test", most: .max)
      guard let number, let json = tests.json(Int64(number)) else {
        throw PluginError("there is no such test", hint: "begin one with: test")
      }
      return json
    case "add": return try add(try reader.object("channel"))
    case "remove": return try remove(try reader.text("channel"))
    default:
      let names = Self.manifest.commands.map(\.name).joined(separator: ", ")
      throw PluginError("notify has no command \"\(command.name)\"", hint: "it takes: \(names)")
    }
  }

  // MARK: Looking

  private func list() -> JSONValue {
    let all = desks.values.filter { !$0.isLeaving }.sorted { $0.name < $1.name }
    return .object([("channels", .array(all.map(json)))])
  }

  private func json(_ desk: ChannelDesk) -> JSONValue {
    let (queue, figures) = (desk.queue, desk.figures)
    let now = context.clock.now()
    let held = queue.heldUntil > now ? "\(queue.heldUntil)" : nil
    return .object([
      ("name", .string(desk.name)), ("kind", .string(desk.settings.target.kind)),
      ("origin", .string(desk.origin.rawValue)), ("state", .string(state(desk, held != nil))),
      ("minimum", .string(queue.policy.minimum.rawValue)), ("waiting", .integer(queue.count)),
      ("more", .bool(queue.mayHaveMore)), ("under_way", .integer(queue.underWay)),
      ("failures", .integer(queue.failures)), ("held_until", .optional(held)),
      ("delivered", .integer(figures.delivered)), ("failed", .integer(figures.failed)),
      ("dead", .integer(figures.dead)), ("unwanted", .integer(figures.unwanted)),
      ("last_delivered", .optional(figures.lastDelivered.map { "\($0)" })),
      ("last_result", .optional(figures.lastResult)),
    ])
  }

  private func state(_ desk: ChannelDesk, _ isHeld: Bool) -> String {
    if desk.queue.isPaused { return "paused" }
    if isHeld { return "held" }
    if desk.queue.failures > 0 { return "failing" }
    return desk.queue.underWay > 0 ? "sending" : "ready"
  }

  private func status() -> JSONValue {
    let all = desks.values.map(\.figures)
    func sum(_ figure: (ChannelFigures) -> UInt64) -> JSONValue {
      .integer(all.reduce(0) { $0 &+ figure($1) })
    }
    return .object([
      ("channels", .integer(desks.count)), ("store", .string(settings.store)),
      ("outbox", .string(outbox == nil ? "none" : "found")),
      ("trouble", .optional(outboxTrouble)), ("reading", .bool(isReading)),
      ("waiting", .integer(desks.values.reduce(0) { $0 + $1.queue.count })),
      ("under_way", .integer(desks.values.reduce(0) { $0 + $1.queue.underWay })),
      ("unsettled", .integer(settling.settlements.count + settling.batch.count)),
      ("delivered", sum(\.delivered)), ("failed", sum(\.failed)), ("dead", sum(\.dead)),
      ("unwanted", sum(\.unwanted)), ("history_faults", .integer(historyFaults)),
    ])
  }

  private func history(_ reader: CommandReader) throws -> JSONValue {
    var query = AttemptQuery()
    query.channel = reader.optionalText("channel")
    query.rule = reader.optionalText("rule")
    query.key = reader.optionalText("key")
    query.before = reader.arguments["before"]?.int64 ?? .max
    query.limit = try reader.count("limit", most: AttemptQuery.limitMax) ?? query.limit
    let attempts = try store?.attempts(query) ?? []
    return .object([("attempts", .array(attempts.map(\.json)))])
  }

  // MARK: What was given up

  private func found() throws(PluginError) -> any AlertOutbox {
    if let outbox { return outbox }
    return try context.capabilities.find(.alertOutbox)
  }

  private func dead(_ reader: CommandReader) throws -> JSONValue {
    let list = try found().dead(
      reader.optionalText("channel"), before: reader.arguments["before"]?.int64 ?? .max,
      limit: try reader.count("limit", most: 1000) ?? 100)
    return .object([
      (
        "dead",
        .array(
          list.map { dead in
            .object([
              ("id", .integer(dead.entry.id)), ("time", .string("\(dead.settled)")),
              ("channel", .string(dead.entry.channel)), ("rule", .string(dead.entry.rule)),
              ("key", .string(dead.entry.key)), ("kind", .string(dead.entry.kind)),
              ("severity", .string(dead.entry.severity)), ("title", .string(dead.entry.title)),
              ("attempts", .integer(dead.entry.attempts)),
              ("reason", .optional(dead.entry.lastError)),
            ])
          })
      )
    ])
  }

  private func resend(_ reader: CommandReader) throws -> JSONValue {
    let name = try reader.text("channel")
    let count = try found().revive(name, id: reader.arguments["id"]?.int64)
    desks[name]?.queue.revived()
    return .object([("channel", .string(name)), ("resent", .integer(count))])
  }

  // MARK: Channels

  private func pause(_ name: String, _ isPaused: Bool) throws -> JSONValue {
    _ = try desk(name)
    try store?.pause(name, isPaused, at: context.clock.now())
    desks[name]?.queue.isPaused = isPaused
    return .object([("channel", .string(name)), ("paused", .bool(isPaused))])
  }

  private func test(_ name: String) throws -> JSONValue {
    let desk = try desk(name)
    let number = tests.begin(name)
    let (sender, clock) = (desk.sender, context.clock)
    let (timeout, secrets) = (desk.settings.timeoutNanos, desk.settings.secrets)
    let entry = TestNotification.entry(channel: name, number: number, at: clock.now())
    let outcome = context.background.run {
      let began = clock.monotonicNanos()
      let message = NotificationMessage(
        channel: name, entries: [entry], time: clock.now(), isTest: true)
      let result = await sender.send(message, timeoutNanos: timeout)
      return NotifyMessage.tested(
        number, result.told(SecretTexts.hidden(secrets, in: result.detail)),
        nanos: clock.monotonicNanos() - began)
    }
    guard outcome == .accepted else {
      throw PluginError("too much is under way", hint: "try again in a while")
    }
    return .object([("test", .integer(number)), ("channel", .string(name))])
  }
}
