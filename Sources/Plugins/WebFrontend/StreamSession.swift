internal import EngineCore
internal import Fanout
internal import NIOCore
internal import WebProtocol

/// The native protocol on one WebSocket: requests to subscriptions, events of those to the client.
final class StreamSession: WebSocketService, FeedReceiver {
  let client: WebSocketClient
  private let server: WebServer
  private var stream: StreamConnection
  private(set) var feeds: [UInt32: RunningFeed] = [:]
  /// What a token gave; nil before one was shown.
  private var grant: Access.Grant?
  /// Actions that the last message came to.
  private var actions: [StreamAction] = []
  /// Requests for subscriptions whose beginning is being looked for, by number of the subscription.
  private var lookups: [UInt32: (request: Int64, wish: StreamSubscribe)] = [:]
  var isDirty = false

  /// A subscription, and the hub that its format is written in.
  struct RunningFeed {
    var feed: Feed
    var hub: FeedHub
  }

  var dialect: String { "native" }
  var clientName: String { stream.clientName }
  var grantName: String { grant?.name ?? "" }

  init(_ client: WebSocketClient, grant: Access.Grant?, server: WebServer) {
    self.client = client
    self.server = server
    self.grant = grant
    stream = StreamConnection(
      limits: server.settings.stream, needsToken: !server.access.isOpen && grant == nil,
      now: server.nanos)
  }

  // MARK: Messages

  func opened() { perform(stream.open(server.greeting)) }

  func take(_ kind: WebSocketMessage.Kind, _ payload: RawSpan, now: Int64) {
    actions +=
      kind == .text ? stream.received(payload, now: now) : stream.receivedBinary()
  }

  func settle() {
    let actions = actions
    self.actions = []
    perform(actions)
  }

  private func perform(_ actions: [StreamAction]) {
    for action in actions {
      switch action {
      case .send(let text): client.send(frame: WebSocketEncoder.frame(.text, text))
      case .authenticate(let request, let token): authenticate(request, token)
      case .subscribe(let request, let number, let wish): subscribe(request, number, wish)
      case .update(let request, let update): self.update(request, update)
      case .stop(let number): stop(number)
      case .ping(let request):
        let hub = server.hub
        perform(
          stream.pinged(
            request, epoch: hub.epoch, next: hub.log.next,
            timeNanos: hub.clock.now().nanoseconds))
      case .close(let code, let reason): client.close(code, reason)
      }
    }
  }

  private func authenticate(_ request: Int64, _ token: String) {
    if server.access.isOpen { return perform(stream.authenticated(request, name: "")) }
    guard let grant = server.access.grant(for: token) else {
      return perform(
        stream.refused(request, StreamError(.unauthenticated, "nobody has this token")))
    }
    self.grant = grant
    perform(stream.authenticated(request, name: grant.name))
  }

  // MARK: Subscriptions

  private func subscribe(_ request: Int64, _ number: UInt32, _ wish: StreamSubscribe) {
    do throws(StreamError) {
      let hub = server.hub(for: wish.format)
      let selection = Selection(wish.subjects, catalog: hub.catalog)
      let grant = server.access.isOpen ? .open : grant
      for pattern in selection.patterns where !(grant?.maySubscribe(pattern) ?? false) {
        throw StreamError(
          .permissionDenied, "\(grant?.name ?? "nobody") may not subscribe to \(pattern)")
      }
      if try server.looksUp(wish, number, of: client.number) {
        lookups[number] = (request, wish)
        return
      }
      try begin(request, number, wish, selection, hub)
    } catch {
      perform(stream.refused(request, error))
    }
  }

  /// - Parameter found: of a start at a time its place, which was looked for in the kept log.
  private func begin(
    _ request: Int64, _ number: UInt32, _ wish: StreamSubscribe, _ selection: Selection,
    _ hub: FeedHub, found: UInt64? = nil
  ) throws(StreamError) {
    let place: FeedPlace
    do throws(FutureSequence) {
      place = try hub.place(of: wish.start.feedStart, found: found)
    } catch {
      throw StreamError(
        .outOfRange, "sequence \(error.asked) is in the future: the next is \(error.next)")
    }
    let limits = server.settings.limits
    let asked = wish.flushNanos ?? 0
    var answer = StreamSubscribed(
      epoch: hub.epoch, next: place.next, policy: wish.policy, resume: place.resume?.told,
      missing: place.missing, rateNanos: wish.rateNanos,
      flushNanos: wish.policy == .conflate ? 0 : limits.flushInEffect(asked: asked),
      warnings: selection.filter.unknown.map(\.description))
    if wish.start == .snapshot, !limits.keepsSnapshot {
      answer.warnings.append("this server keeps no last values: the snapshot is empty")
    }
    var feed = FeedRequest(
      stream: number, selection: selection, policy: wish.policy, from: place.from)
    feed.coding = JSONFormat.coding(client.deflate)
    feed.wantsSnapshot = wish.start == .snapshot
    feed.conflationNanos = Int64(clamping: wish.rateNanos)
    feed.flushNanos = limits.flushNanos(asked: asked)
    if let lost = place.missing {
      feed.opening = hub.record(
        of: Event(
          Gap(
            subscriber: .none, reason: .unavailable, first: lost.lowerBound, last: lost.upperBound,
            count: UInt64(lost.count), time: hub.clock.now())))
    }
    // The answer goes before the first event.
    perform(stream.subscribed(request, answer))
    feeds[number] = RunningFeed(feed: hub.add(feed, for: self), hub: hub)
    server.wake()
  }

  /// The place of a start at a time was found.
  func take(_ number: UInt32, _ found: Result<UInt64, PluginError>) {
    guard let (request, wish) = lookups.removeValue(forKey: number) else { return }
    do throws(StreamError) {
      switch found {
      case .success(let found):
        let hub = server.hub(for: wish.format)
        let selection = Selection(wish.subjects, catalog: hub.catalog)
        try begin(request, number, wish, selection, hub, found: min(found, hub.log.next))
      case .failure(let error): throw StreamError(.dataLoss, "\(error)")
      }
    } catch {
      perform(stream.refused(request, error))
    }
    client.flushSocket()
  }

  private func update(_ request: Int64, _ update: StreamUpdate) {
    guard let running = feeds[update.subscription] else {
      return perform(stream.refused(request, StreamError(.notFound, "it does not run")))
    }
    let (feed, limits) = (running.feed, server.settings.limits)
    let isConflated = feed.policy == .conflate
    if update.rateNanos != nil, !isConflated {
      return perform(
        stream.refused(
          request,
          StreamError(
            .invalidArgument, "rate: only policy \"conflate\" has one",
            hint: "set \"flush\" instead")))
    }
    if let nanos = update.rateNanos { feed.conflationNanos = Int64(clamping: nanos) }
    if let nanos = update.flushNanos { feed.flushNanos = limits.flushNanos(asked: nanos) }
    feed.dueNanos = nil
    running.hub.paceChanged(feed)
    perform(
      stream.updated(
        request, rateNanos: isConflated ? UInt64(feed.conflationNanos) : nil,
        flushNanos: isConflated ? 0 : limits.flushInEffect(asked: UInt64(feed.flushNanos))))
    server.wake()
  }

  private func stop(_ number: UInt32) {
    lookups[number] = nil
    if let running = feeds.removeValue(forKey: number) { running.hub.remove(running.feed) }
  }

  // MARK: Events

  var frameBytesMax: Int { EncodedLog.segmentBytesMax }

  func spend(_ payloadBytes: Int, on stream: UInt32) -> Bool {
    client.isOpen && client.isWritable
  }

  func write(_ frame: FeedFrame) {
    server.counters.messagesOut += 1
    frame.write { client.write(frame: $0) }
  }

  func writeAtOnce(_ frame: ByteBuffer) -> Bool {
    guard feeds.count == 1, client.writeAtOnce(frame) else { return false }
    server.counters.messagesOut += 1
    return true
  }

  func flushSocket() {
    isDirty = false
    client.flushSocket()
  }

  func end(_ feed: Feed, _ reason: FeedEnd) {
    switch reason {
    case .fellBehind(let first):
      end(
        feed.stream,
        StreamError(
          .dataLoss, "the subscription fell behind what the server keeps",
          hint: "subscribe again from \(server.hub.epoch):\(first), or with drop-oldest"))
    case .stoodStill:
      end(feed.stream, StreamError(.dataLoss, "a subscription stood still for too long"))
    }
  }

  /// Ends a subscription that runs, with a reason.
  private func end(_ number: UInt32, _ error: StreamError) {
    let actions = stream.ended(number, error)
    stop(number)
    perform(actions)
    client.flushSocket()
  }

  func writabilityChanged() {
    guard client.isWritable else { return }
    for running in feeds.values { running.hub.resume(running.feed) }
  }

  // MARK: Life

  func timePassed(now: Int64) {
    guard let deadline = stream.nextDeadline, deadline <= now else { return }
    perform(stream.timePassed(now: now))
    client.flushSocket()
  }

  func shutDown(now: Int64) {
    perform(
      stream.shutDown(Self.farewell, reconnectNanos: WebServer.reconnectNanos, now: now))
  }

  func drain() {
    for (number, running) in feeds where running.hub.hasEverything(running.feed) {
      end(number, StreamError(.unavailable, Self.farewell))
    }
  }

  private static let farewell = "the server stops"

  func ended() {
    perform(stream.transportClosed())
    for number in Array(feeds.keys) { stop(number) }
    lookups = [:]
  }
}
