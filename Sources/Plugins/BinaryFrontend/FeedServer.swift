internal import BinaryProtocol
internal import EngineCore
internal import Fanout
internal import Glibc
internal import NIOCore
internal import Transport

/// All connections of a frontend: who they are, what they call, and when their time is over. Lives
/// on the frontend's event loop.
final class FeedServer {
  let identity: ServerIdentity
  let limits: ConnectionLimits
  let settings: BinaryFrontendSettings
  let access: Access
  let hub: FeedHub
  let format: BinaryFormat
  let counters: ConnectionCounters
  let intake: Intake
  let log: Log
  let capabilities: Capabilities
  let inbox: Inbox
  let outlet = SocketOutlet()
  /// Reads publishers, when what they send may wait for more of it.
  let pacer: ReadPacer?
  /// Has the lane take a turn soon, or now.
  let wake: () -> Void
  let turnNow: () -> Void
  /// Whether the lane has something else to do.
  let isAwaited: () -> Bool
  var wait = BriefWait()
  /// Calls that publish.
  var publishing = 0
  private(set) var connections: [UInt64: FeedConnection] = [:]
  private var perAddress: [String: Int] = [:]
  private var nextNumber: UInt64 = 1
  private(set) var isDraining = false
  /// Connections that were closed from here and wait for their clients to close too.
  var lingering = 0
  /// More of them are not waited for: a flood of connections that are turned away costs no more.
  static let lingeringMax = 1024

  init(
    settings: BinaryFrontendSettings, hub: FeedHub, format: BinaryFormat, intake: Intake,
    counters: ConnectionCounters, context: PluginContext,
    wake: @escaping () -> Void, turnNow: @escaping () -> Void,
    isAwaited: @escaping () -> Bool
  ) {
    self.settings = settings
    identity = ServerIdentity(
      name: "engined", version: Release.version, pid: UInt32(getpid()), epoch: context.epoch)
    self.hub = hub
    self.format = format
    self.counters = counters
    self.intake = intake
    log = context.log
    capabilities = context.capabilities
    inbox = context.inbox
    self.wake = wake
    self.turnNow = turnNow
    self.isAwaited = isAwaited
    access = Access(settings.tokens)
    var limits = ConnectionLimits()
    limits.maxFrameBytes = settings.frameBytesMax
    limits.maxStreams = settings.callsMax
    limits.handshakeNanos = settings.handshakeNanos
    limits.keepAliveIntervalNanos = settings.keepAliveNanos
    limits.keepAliveTimeoutNanos = settings.keepAliveTimeoutNanos
    limits.drainNanos = settings.drainNanos
    self.limits = limits
    let flushNanos = settings.limits.flushNanos
    pacer = flushNanos > 0 ? ReadPacer(nanos: flushNanos) : nil
  }

  var nanos: Int64 { hub.nanos }

  private static let noCredit = "the call gives no credit for its answer"

  /// What may wait to be written on a connection, answers to its calls among it, before it is cut
  /// off. Events alone stop at a quarter.
  var unwrittenBytesMax: Int { max(4 * settings.writeBufferBytes, 1 << 20) }

  /// What waits to be written on all connections.
  var unwrittenBytes: Int { connections.values.reduce(0) { $0 + $1.unwrittenBytes } }

  // MARK: Connections come and go

  /// A connection for a new channel.
  func connection(from address: SocketAddress?, isPlain: Bool) -> FeedConnection {
    defer { nextNumber += 1 }
    return FeedConnection(
      number: nextNumber, peer: address?.ipAddress ?? "unix", isPlain: isPlain, server: self)
  }

  func opened(_ connection: FeedConnection) {
    guard connections[connection.number] == nil else { return }
    connections[connection.number] = connection
    perAddress[connection.peer, default: 0] += 1
    let refusal: String?
    if connections.count > settings.connectionsMax {
      refusal = "more than \(settings.connectionsMax) connections"
    } else if perAddress[connection.peer, default: 0] > settings.connectionsPerAddressMax {
      refusal = "more than \(settings.connectionsPerAddressMax) connections from \(connection.peer)"
    } else {
      refusal = nil
    }
    if let refusal {
      connection.perform(connection.state.abort(CloseReason(.limitExceeded, refusal)))
      connection.flushSocket()
    } else if isDraining {
      connection.perform(connection.state.abort(CloseReason(.shutDown, Self.farewell)))
      connection.flushSocket()
    } else {
      counters.connectionAccepted()
    }
  }

  func closed(_ connection: FeedConnection) {
    guard connections.removeValue(forKey: connection.number) != nil else { return }
    if connection.isLingering { lingering -= 1 }
    perAddress[connection.peer, default: 1] -= 1
    if perAddress[connection.peer] == 0 { perAddress[connection.peer] = nil }
    wake()
  }

  func ended(_ connection: FeedConnection, _ reason: CloseReason) {
    counters.closed(reason.code)
    switch reason.code {
    case .shutDown, .peerClosed: break
    case .transportFailed, .handshakeTimeout, .keepAliveTimeout, .slowReader, .limitExceeded:
      log.debug("connection ended", LogField("peer", connection.peer), LogField("reason", reason))
    case .protocolError, .unsupportedVersion, .denied, .internalError:
      log.info(
        "connection refused", LogField("peer", connection.peer),
        LogField("client", connection.clientName), LogField("reason", reason))
    }
  }

  func readCompleted(_ connection: FeedConnection) {
    guard intake.hasWork || hub.wantsTurn else { return connection.flushSocket() }
    // What several publishers sent at the same time goes out together; one need not wait for
    // others.
    guard publishing == 1 else { return wake() }
    turnNow()
    if pacer == nil, wait.done(at: nanos) { connection.awaitInput() }
  }

  // MARK: Time

  /// Looks at every deadline. Called some times a second.
  func tick() {
    let now = nanos
    for connection in connections.values { connection.timePassed(now: now) }
    hub.tick()
  }

  /// Tells everyone to go, and lets them take what is theirs. True when all have gone.
  ///
  /// What publishers sent and the engine has not taken is theirs again: they learn exactly how far
  /// it came. Subscriptions end when they have everything, or with the drain time.
  func drain() -> Bool {
    if !isDraining {
      isDraining = true
      hub.hurry()
      for connection in Array(connections.values) {
        connection.perform(connection.state.shutDown(Self.farewell, now: nanos))
        for publisher in Array(connection.publishers.values) {
          connection.settle(publisher, CallError(.unavailable, Self.farewell, hint: Self.again))
        }
      }
    }
    hub.service()
    for connection in Array(connections.values) {
      for feed in Array(connection.feeds.values) where hub.hasEverything(feed) {
        connection.end(feed, CallError(.unavailable, Self.farewell, hint: Self.again))
      }
    }
    hub.flushSockets()
    return connections.isEmpty
  }

  private static let farewell = "the server stops"
  private static let again = "connect again"

  /// Cuts whoever is left.
  func close() {
    for connection in Array(connections.values) { connection.cut() }
  }

  // MARK: Calls

  static let methods: [ServiceDescription.Method] = [
    .init(name: "authenticate", summary: "Says who the token makes you.", isStreaming: false),
    .init(name: "describe", summary: "Lists the methods and records.", isStreaming: false),
    .init(name: "health", summary: "Says whether the server is ready to work.", isStreaming: false),
    .init(name: "publish", summary: "Takes events into the engine.", isStreaming: true),
    .init(name: "subscribe", summary: "Sends events as they come.", isStreaming: true),
    .init(
      name: "subscription.update", summary: "Changes the intervals of a subscription.",
      isStreaming: false),
  ]

  func start(_ request: CallRequest, on stream: UInt32, of connection: FeedConnection) {
    do throws(CallError) {
      try answer(request, stream, connection)
    } catch {
      connection.refuse(stream, error)
    }
  }

  private func answer(
    _ request: CallRequest, _ stream: UInt32, _ connection: FeedConnection
  ) throws(CallError) {
    guard let method = Self.methods.first(where: { $0.name == request.method }) else {
      return try control(request, stream, connection)
    }
    guard !(method.isStreaming && request.isUnary) else {
      throw CallError(.invalidArgument, "\(method.name) is a stream")
    }
    switch method.name {
    case "health": connection.reply(stream, health.encoded)
    case "describe": connection.reply(stream, description.withRecords().encoded)
    case AuthenticateReply.method:
      let grant = try grant(of: request, connection)
      connection.grant = grant
      var rights = grant.rights
      if !settings.allowsPublishing { rights.remove(.publish) }
      connection.reply(stream, AuthenticateReply(name: grant.name, rights: rights).encoded)
    case SubscribeRequest.method: try subscribe(request, stream, connection)
    case SubscriptionUpdate.method: try update(request, stream, connection)
    default: try publish(request, stream, connection)
    }
  }

  private var health: ServerHealth {
    isDraining ? ServerHealth(isServing: false, text: Self.farewell) : .serving
  }

  /// What the caller may do.
  func grant(
    of request: CallRequest, _ connection: FeedConnection
  ) throws(CallError) -> Access.Grant {
    if access.isOpen { return .open }
    if let pair = request.metadata.first(where: { $0.key == AuthenticateReply.tokenKey }) {
      guard let grant = access.grant(for: pair.value) else {
        throw CallError(.unauthenticated, "nobody has this token")
      }
      return grant
    }
    guard let grant = connection.grant else {
      throw CallError(
        .unauthenticated, "this server wants a token",
        hint: "call authenticate with a metadata pair \"\(AuthenticateReply.tokenKey)\"")
    }
    return grant
  }

  // MARK: Subscribing

  /// - Parameter found: of a start at a time its place, which was looked for in the kept log.
  func subscribe(
    _ call: CallRequest, _ stream: UInt32, _ connection: FeedConnection, found: UInt64? = nil
  ) throws(CallError) {
    let grant = try grant(of: call, connection)
    let request = try SubscribeRequest(decoding: call.payload)
    if found == nil, try looksUp(request, call, stream, connection) { return }
    guard connection.state.negotiated.contains(.data) else {
      throw CallError(.failedPrecondition, "the connection has no data frames")
    }
    guard connection.feeds.count < settings.limits.subscriptionsMax else {
      throw CallError(
        .resourceExhausted,
        "more than \(settings.limits.subscriptionsMax) subscriptions on this connection")
    }
    let selection = try Selection(parsing: request.subjects, catalog: hub.catalog)
    for pattern in selection.patterns where !grant.maySubscribe(pattern) {
      throw CallError(.permissionDenied, "\(grant.name) may not subscribe to \(pattern)")
    }
    let (answer, from) = try answer(to: request, selection, connection, found)
    guard connection.answer(stream, answer.encoded) else {
      throw CallError(.invalidArgument, Self.noCredit)
    }
    var feed = FeedRequest(
      stream: stream, selection: selection, policy: answer.policy, from: from)
    feed.coding = answer.options.contains(.compress) ? BinaryFormat.compressed : .plain
    feed.wantsSnapshot = request.start == .snapshot
    feed.conflationNanos = Int64(clamping: request.conflationNanos)
    feed.flushNanos = settings.limits.flushNanos(asked: request.flushNanos)
    feed.wantsAllInstruments = request.options.contains(.allInstruments)
    // A client that is gone after any of these records knows where to go on: nothing is skipped
    // before the gap says so.
    feed.opening = format.position(next: answer.position.next)
    if let lost = answer.missing { feed.opening += hub.record(of: Event(gap(lost))) }
    connection.feeds[stream] = hub.add(feed, for: connection)
    wake()
  }

  private func gap(_ lost: ClosedRange<UInt64>) -> Gap {
    Gap(
      subscriber: .none, reason: .unavailable, first: lost.lowerBound, last: lost.upperBound,
      count: UInt64(lost.count), time: hub.clock.now())
  }

  private func answer(
    to request: SubscribeRequest, _ selection: Selection, _ connection: FeedConnection,
    _ found: UInt64?
  ) throws(CallError) -> (SubscribeAnswer, from: UInt64) {
    var options = request.options
    if !connection.state.negotiated.contains(.zlib) { options.remove(.compress) }
    let isRefused = request.policy == .lossless && !settings.limits.allowsLossless
    let place: FeedPlace
    do throws(FutureSequence) {
      place = try hub.place(of: request.start.feedStart, found: found)
    } catch {
      throw CallError(
        .outOfRange, "sequence \(error.asked) is in the future: the next is \(error.next)")
    }
    var answer = SubscribeAnswer(
      position: StreamPosition(epoch: hub.epoch, next: place.next),
      policy: isRefused ? .disconnect : request.policy, options: options,
      conflationNanos: request.conflationNanos,
      flushNanos: settings.limits.flushInEffect(asked: request.flushNanos),
      warnings: selection.filter.unknown.map(\.description))
    if request.start == .snapshot, !settings.limits.keepsSnapshot {
      answer.warnings.append("this server keeps no last values: the snapshot is empty")
    }
    switch place.resume {
    case nil: break
    case .complete: answer.resume = .complete
    case .partial: answer.resume = .partial
    case .anotherEpoch: answer.resume = .anotherEpoch
    }
    answer.missing = place.missing
    return (answer, place.from)
  }

  private func update(
    _ call: CallRequest, _ stream: UInt32, _ connection: FeedConnection
  ) throws(CallError) {
    let update = try SubscriptionUpdate(decoding: call.payload)
    guard let feed = connection.feeds[update.stream] else {
      throw CallError(.notFound, "stream \(update.stream) is no subscription that runs")
    }
    if let nanos = update.conflationNanos { feed.conflationNanos = Int64(clamping: nanos) }
    if let nanos = update.flushNanos {
      feed.flushNanos = settings.limits.flushNanos(asked: nanos)
    }
    feed.dueNanos = nil
    hub.paceChanged(feed)
    connection.reply(
      stream,
      SubscriptionIntervals(
        conflationNanos: UInt64(feed.conflationNanos),
        flushNanos: settings.limits.flushInEffect(asked: UInt64(feed.flushNanos))
      ).encoded)
    wake()
  }

  // MARK: Publishing

  private func publish(
    _ call: CallRequest, _ stream: UInt32, _ connection: FeedConnection
  ) throws(CallError) {
    let grant = try grant(of: call, connection)
    guard settings.allowsPublishing, !grant.publish.isEmpty else {
      throw CallError(
        .permissionDenied,
        settings.allowsPublishing
          ? "\(grant.name) may not publish" : "this server takes no events")
    }
    guard connection.state.negotiated.contains(.data) else {
      throw CallError(.failedPrecondition, "the connection has no data frames")
    }
    let request = try PublishRequest(decoding: call.payload)
    let publisher = try intake.open(
      request, grant: grant, stream: stream, connection: connection)
    connection.publishers[stream] = publisher
    connection.state.grant(PublishStream.windowBytes, on: stream)
    if let pacer { connection.paceReads(by: pacer) }
    guard publisher.sendAcknowledgement(granting: PublishStream.windowBytes) else {
      connection.publishers[stream] = nil
      publisher.isOver = true
      throw CallError(.invalidArgument, Self.noCredit)
    }
  }
}
