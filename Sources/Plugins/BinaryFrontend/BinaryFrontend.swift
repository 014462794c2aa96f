internal import BinaryProtocol
public import EngineCore
internal import Fanout
internal import NIOCore
internal import Transport

/// Serves the binary protocol by TCP: events out to subscribers, events in from publishers.
///
/// Sockets, ring and log are served by one thread, the event loop that is the plugin's lane. An
/// event is encoded once; what is new is written to all who keep up, and whoever does not, reads
/// the log at its own pace.
public final class BinaryFrontend: Plugin {
  public static let manifest = PluginManifest(
    kind: "binary", summary: "Serves programs by TCP: compact records, publishing, resume.",
    consumes: Set(EventKind.allCases),
    produces: [.trade, .quote, .bar, .correction, .watermark, .status], isSource: true,
    bringsLoop: true, isFrontend: true,
    commands: [
      PluginCommandDescription("stats", "Connections, subscriptions, and what was counted."),
      PluginCommandDescription("connections", "Every connection with its subscriptions."),
      PluginCommandDescription("kick", "Disconnects one: connection, reason."),
    ])

  private let settings: BinaryFrontendSettings
  private let context: PluginContext
  private var server: FeedServer?
  private var acceptor: Acceptor?
  private var ticker: RepeatedTask?
  private var alarm: Scheduled<Void>?
  private var alarmNanos = Int64.max
  private var ticks = 0
  /// The engine had room for what publishers send, in this turn.
  private var hadRoom = false

  public static func makeLoop(name: String) -> (any LaneLoop)? { EventLoopLane() }

  public init(settings: BinaryFrontendSettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
  }

  public var subscription: SubscriptionRequest? {
    // Nothing may be missing between what clients are told is next and what is received first.
    let next = server?.hub.log.next ?? context.lastSequence + 1
    return SubscriptionRequest(
      .everything, start: .after(epoch: context.epoch, sequence: next - 1), batch: 1024)
  }

  // MARK: Life

  public func start() throws {
    guard let loop = context.loop as? EventLoopLane else {
      throw PluginError(
        "a binary frontend needs a lane of its own", hint: "leave \"lane\" out of its entry")
    }
    let events = context.recent.kept()
    let format = BinaryFormat(
      catalog: context.catalog, clock: context.clock, epoch: context.epoch,
      compressionLevel: settings.limits.compressionLevel)
    let hub = FeedHub(
      format, catalog: context.catalog, clock: context.clock, epoch: context.epoch,
      next: events.first?.sequence ?? context.lastSequence + 1, settings: settings.limits,
      past: past(context.background))
    hub.receive(events.span)
    hub.flush()
    let counters = ConnectionCounters()
    let server = FeedServer(
      settings: settings, hub: hub, format: format,
      intake: Intake(catalog: context.catalog, counters: counters), counters: counters,
      context: context,
      wake: { [weak loop] in loop?.wake() }, turnNow: { [weak loop] in loop?.turnNow() },
      isAwaited: { [weak loop] in loop?.isAwaited ?? true })
    let acceptor = try Acceptor(
      settings: settings, server: server, eventLoop: loop.eventLoop, log: context.log)
    try acceptor.start()
    self.server = server
    self.acceptor = acceptor
    let own = NIOLoopBound(self, eventLoop: loop.eventLoop)
    ticker = loop.eventLoop.scheduleRepeatedTask(
      initialDelay: .milliseconds(250), delay: .milliseconds(250)
    ) { _ in own.value.tick() }
    for address in acceptor.addresses {
      context.log.info(
        "listening", LogField("address", address), LogField("tls", settings.tls != nil))
    }
    warnOfOpenDoors(acceptor.addresses)
  }

  private func past(_ background: Background) -> FeedHub.Past? {
    context.logStore.map { store in
      FeedHub.Past(store: store) { work in background.run(work) == .accepted }
    }
  }

  private func warnOfOpenDoors(_ addresses: [ListenAddress]) {
    guard settings.tokens.isEmpty, settings.allowsPublishing else { return }
    for address in addresses where !address.isLoopback {
      context.log.warning(
        "everybody who reaches this address may publish: set \"tokens\", or \"publish\": false",
        LogField("address", address))
    }
  }

  private func tick() {
    guard let server else { return }
    ticks += 1
    if ticks % 4 == 0 { acceptor?.refresh() }
    server.tick()
  }

  public func drain() throws -> Bool {
    acceptor?.close()
    return server?.drain() ?? true
  }

  public func stop(publishing output: inout EventSink) {
    ticker?.cancel()
    alarm?.cancel()
    acceptor?.close()
    server?.close()
    server = nil
  }

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) {
    switch message {
    case let news as AdminCall.News: server?.take(news)
    case let news as PastReading.News: server?.take(news)
    case let place as FeedServer.Place: server?.take(place)
    default: break
    }
  }

  // MARK: Turns

  public var canReceive: Bool { server?.hub.hasRoom ?? true }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    server?.hub.receive(batch)
  }

  public func produce(publishing output: inout EventSink) throws -> Next {
    hadRoom = true
    server?.intake.publish(to: &output, now: context.clock.now())
    return .everyTurn
  }

  public func turnEnded(_ end: TurnEnd) throws {
    guard let server else { return }
    let hub = server.hub
    server.intake.turnEnded(last: end.lastSequence, isHolding: end.isHolding, nanos: hub.nanos)
    let isBusy = end.hasNews || (hadRoom && server.intake.hasWork)
    hub.turnEnded(isBusy: isBusy)
    // When the engine is full the lane wakes by itself once there is room.
    if hub.wantsTurn || (hadRoom && server.intake.hasWork) { server.wake() }
    hadRoom = false
    setAlarm(hub, isTelling: server.intake.isTelling)
  }

  /// For what is due at a time: gathered frames, conflated deliveries, acknowledgements.
  private func setAlarm(_ hub: FeedHub, isTelling: Bool) {
    var due = hub.nextDueNanos
    if isTelling { due = min(due, hub.nanos + Intake.acknowledgeNanos) }
    guard due < alarmNanos, let loop = context.loop as? EventLoopLane else { return }
    alarm?.cancel()
    alarmNanos = due
    let own = NIOLoopBound(self, eventLoop: loop.eventLoop)
    alarm = loop.eventLoop.scheduleTask(in: .nanoseconds(max(due - hub.nanos, 0))) {
      own.value.alarmNanos = .max
      own.value.server?.wake()
    }
  }

  // MARK: Commands

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    guard let server else { throw PluginError("it does not run") }
    switch command.name {
    case "stats": return stats(server)
    case "connections":
      return .array(
        server.connections.values.sorted { $0.number < $1.number }.map { describe($0) })
    case "kick": return try kick(command.arguments, server)
    default:
      throw PluginError(
        "binary has no command \"\(command.name)\"", hint: "it takes: stats, connections, kick")
    }
  }

  private func kick(_ arguments: JSONValue, _ server: FeedServer) throws -> JSONValue {
    guard let number = arguments["connection"]?.int64,
      let connection = server.connections[UInt64(max(number, 0))]
    else {
      throw PluginError("there is no such connection", hint: "the command connections lists them")
    }
    let reason = arguments["reason"]?.string ?? "disconnected by an operator"
    connection.perform(connection.state.abort(CloseReason(.denied, reason)))
    connection.flushSocket()
    return .null
  }

  private func stats(_ server: FeedServer) -> JSONValue {
    let counters = server.counters
    let feeds = server.hub.counters
    func number(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }
    return .object([
      ("addresses", .array((acceptor?.addresses ?? []).map { .string($0.description) })),
      ("connections", .integer(Int64(server.connections.count))),
      ("subscriptions", .integer(Int64(server.hub.feeds.count { $0 != nil }))),
      ("accepted", number(counters.accepted)),
      ("refused", number(counters.closes(.limitExceeded))),
      ("protocol_faults", number(counters.closes(.protocolError))),
      ("closed", counters.closes), ("statuses", counters.statuses),
      ("published", number(counters.published)), ("rejected", number(counters.rejected)),
      ("unpublished_bytes", .integer(Int64(server.intake.waitingBytes))),
      ("unwritten_bytes", .integer(Int64(server.unwrittenBytes))),
      ("conflated", number(feeds.conflated)),
      ("lost", number(feeds.lost)), ("log_bytes", .integer(Int64(server.hub.log.byteCount))),
      ("log_first", number(server.hub.log.first)), ("log_next", number(server.hub.log.next)),
    ])
  }

  private func describe(_ connection: FeedConnection) -> JSONValue {
    .object([
      ("connection", .integer(Int64(clamping: connection.number))),
      ("peer", .string(connection.peer)), ("client", .string(connection.clientName)),
      ("bytes_in", .integer(Int64(clamping: connection.bytesIn))),
      ("bytes_out", .integer(Int64(clamping: connection.bytesOut))),
      ("unwritten_bytes", .integer(Int64(connection.unwrittenBytes))),
      (
        "subscriptions",
        .array(
          connection.feeds.values.sorted { $0.stream < $1.stream }.map { feed in
            .object([
              ("stream", .integer(Int64(feed.stream))),
              (
                "subjects",
                .array(feed.selection.patterns.map { .string($0.description) })
              ), ("policy", .string(feed.policy.rawValue)),
              ("is_live", .bool(feed.phase == .live)),
              ("lost", .integer(Int64(clamping: feed.lostRecords))),
            ])
          })
      ), ("publishers", .integer(Int64(connection.publishers.count))),
    ])
  }
}
