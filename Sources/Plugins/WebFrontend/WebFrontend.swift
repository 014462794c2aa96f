public import EngineCore
internal import Fanout
internal import NIOCore
internal import Transport
internal import WebProtocol

/// Serves browsers and HTTP clients on one port: WebSocket streams of events as JSON, health,
/// metrics.
///
/// Sockets, ring and log are served by one thread, the event loop that is the plugin's lane. An
/// event is written as JSON once; what is new goes to all who keep up, and whoever does not, reads
/// the log at its own pace.
public final class WebFrontend: Plugin {
  public static let manifest = PluginManifest(
    kind: "websocket", summary: "Serves browsers and HTTP clients: WebSocket, health, metrics.",
    consumes: Set(EventKind.allCases), produces: [.trade, .correction], isSource: true,
    bringsLoop: true, isFrontend: true,
    commands: [
      PluginCommandDescription("stats", "Connections, subscriptions, and what was counted."),
      PluginCommandDescription("connections", "Every WebSocket with its subscriptions."),
      PluginCommandDescription("kick", "Disconnects one: connection, reason."),
    ])

  private let settings: WebFrontendSettings
  private let context: PluginContext
  private var server: WebServer?
  private var acceptor: WebAcceptor?
  private var ticker: RepeatedTask?
  private var alarm: Scheduled<Void>?
  private var alarmNanos = Int64.max
  private var ticks = 0
  /// The engine had room for what clients push, in this turn.
  private var hadRoom = false

  public static func makeLoop(name: String) -> (any LaneLoop)? { EventLoopLane() }

  public init(settings: WebFrontendSettings, context: PluginContext) throws {
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
        "a web frontend needs a lane of its own", hint: "leave \"lane\" out of its entry")
    }
    let server = WebServer(
      settings: settings, hubs: makeHubs(), context: context,
      wake: { [weak loop] in loop?.wake() })
    let acceptor = try WebAcceptor(
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
    if settings.hasDashboard, let address = acceptor.addresses.first {
      let page = WebServer.dashboardPage(at: address, isEncrypted: settings.tls != nil)
      context.log.info("dashboard", LogField("page", page))
    }
  }

  private func makeHubs() -> FeedHubs {
    let (context, limits) = (context, settings.limits)
    return FeedHubs(recent: context.recent, last: context.lastSequence) { format, next in
      let past = context.logStore.map { store in
        FeedHub.Past(store: store) { work in
          let outcome = context.background.run {
            await work().map { HubResult(format: format, value: $0) }
          }
          return outcome == .accepted
        }
      }
      return FeedHub(
        JSONFormat(
          catalog: context.catalog, clock: context.clock, format: format,
          compressionLevel: max(limits.compressionLevel, 1)),
        catalog: context.catalog, clock: context.clock, epoch: context.epoch, next: next,
        settings: limits, past: past)
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
    server?.intake.close()
    server?.close()
    server = nil
  }

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) {
    switch message {
    case let result as HubResult: server?.take(result)
    case let result as RESTResult: server?.take(result)
    case let push as TickIntake.Push:
      guard let server else {
        return push.reply(
          .failure(HTTPAnswer.Refusal(status: 503, reason: "the server stops")))
      }
      server.intake.add(push)
      server.wake()
    default: break
    }
  }

  // MARK: Turns

  public var canReceive: Bool { server?.hubs.hasRoom ?? true }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    server?.hubs.receive(batch)
    server?.intake.received(batch)
    server?.dialects.received(batch)
  }

  public func produce(publishing output: inout EventSink) throws -> Next {
    hadRoom = true
    server?.intake.publish(to: &output, now: context.clock.now())
    return .everyTurn
  }

  public func turnEnded(_ end: TurnEnd) throws {
    guard let server else { return }
    // When the engine is full the lane wakes by itself once there is room.
    let publishes = hadRoom && server.intake.hasWork
    hadRoom = false
    server.hubs.turnEnded(isBusy: end.hasNews || publishes)
    if server.hubs.wantTurn || publishes { server.wake() }
    setAlarm(server)
  }

  /// For what is due at a time: gathered messages, conflated deliveries.
  private func setAlarm(_ server: WebServer) {
    let due = server.hubs.nextDueNanos
    guard due < alarmNanos, let loop = context.loop as? EventLoopLane else { return }
    alarm?.cancel()
    alarmNanos = due
    let own = NIOLoopBound(self, eventLoop: loop.eventLoop)
    alarm = loop.eventLoop.scheduleTask(in: .nanoseconds(max(due - server.nanos, 0))) {
      own.value.alarmNanos = .max
      own.value.server?.wake()
    }
  }

  // MARK: Commands

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    guard let server, let acceptor else { throw PluginError("it does not run") }
    switch command.name {
    case "stats": return server.stats(addresses: acceptor.addresses)
    case "connections": return server.clients
    case "kick": return try server.kick(command.arguments)
    default:
      throw PluginError(
        "websocket has no command \"\(command.name)\"",
        hint: "it takes: stats, connections, kick")
    }
  }
}
