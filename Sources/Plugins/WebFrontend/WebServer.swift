internal import EngineCore
internal import Fanout
internal import NIOCore
internal import NIOHTTP1
internal import Transport
internal import WebProtocol

/// All connections of a web frontend, what they ask for, and when their time is over. Lives on the
/// frontend's event loop.
final class WebServer {
  let settings: WebFrontendSettings
  let access: Access
  let clock: any EngineClock
  let log: Log
  let outlet = SocketOutlet()
  let crowd = LingeringCrowd()
  var counters = WebCounters()
  /// Feeds, one hub for each way in which events are written.
  let hubs: FeedHubs
  let capabilities: Capabilities
  let inbox: Inbox
  let background: Background
  let intake: TickIntake
  let dialects: DialectFeed
  let door: TickDoor
  let durations = QueryDurations()
  /// Has the lane take a turn soon.
  let wake: () -> Void
  private(set) var connections: [UInt64: any ServedConnection] = [:]
  private(set) var isDraining = false
  /// What is found where, by the number of the listener.
  private var routes: [RouteTable] = []
  private var perAddress: [String: Int] = [:]
  private var paces: RequestPaces
  private var userPaces: RequestPaces
  private var nextNumber: UInt64 = 1
  private var names: RequestNumbers
  private let packer: AnswerPacker?
  private var dateText = (second: Int64.min, text: "")

  /// How long clients are told to wait before they come back.
  static let reconnectNanos: UInt64 = 2_000_000_000

  init(
    settings: WebFrontendSettings, hubs: FeedHubs, context: PluginContext,
    wake: @escaping () -> Void
  ) {
    self.settings = settings
    self.hubs = hubs
    clock = context.clock
    log = context.log
    capabilities = context.capabilities
    inbox = context.inbox
    background = context.background
    intake = TickIntake(source: context.source)
    dialects = DialectFeed(catalog: context.catalog)
    door = TickDoor(inbox: context.inbox, source: context.source)
    self.wake = wake
    access = Access(settings.tokens)
    paces = RequestPaces(perSecond: settings.requestsPerSecond)
    userPaces = RequestPaces(perSecond: settings.userRequestsPerSecond)
    packer = settings.compressesAnswers ? AnswerPacker() : nil
    names = RequestNumbers(seed: UInt64(bitPattern: context.clock.now().nanoseconds))
    routes = settings.listeners.map { listener in
      var table = RouteTable()
      addRoutes(to: &table, listener.dialects)
      return table
    }
  }

  var nanos: Int64 { clock.monotonicNanos() }

  /// The hub of the usual format.
  var hub: FeedHub { hubs.usual }

  func hub(for format: EventFormat) -> FeedHub { hubs.hub(for: format) }

  /// What may wait to be written on a connection, answers among it, before it is cut off. Events
  /// alone stop at a quarter.
  var unwrittenBytesMax: Int { max(4 * settings.writeBufferBytes, 1 << 20) }

  /// What every stream is told first.
  var greeting: StreamServer {
    StreamServer(
      release: Release.version, epoch: hub.epoch, next: hub.log.next,
      timeNanos: clock.now().nanoseconds,
      heartbeatNanos: UInt64(settings.limits.heartbeatNanos))
  }

  // MARK: Connections come and go

  /// What serves a new channel, as long as it speaks HTTP.
  func connection(
    from address: SocketAddress?, by listener: Int, isPlain: Bool
  ) -> HTTPConnection {
    defer { nextNumber += 1 }
    return HTTPConnection(
      number: nextNumber, address: address?.ipAddress ?? "unknown", listener: listener,
      isPlain: isPlain, server: self)
  }

  /// Takes a connection in, or says why it is turned away.
  func opened(_ connection: any ServedConnection) -> HTTPAnswer.Refusal? {
    guard connections[connection.number] == nil else { return nil }
    connections[connection.number] = connection
    let fromThere = perAddress[connection.address, default: 0] + 1
    perAddress[connection.address] = fromThere
    let reason: String
    if connections.count > settings.connectionsMax {
      reason = "more than \(settings.connectionsMax) connections"
    } else if fromThere > settings.connectionsPerAddressMax {
      reason =
        "more than \(settings.connectionsPerAddressMax) connections from \(connection.address)"
    } else if isDraining {
      reason = "the server stops"
    } else {
      counters.accepted += 1
      return nil
    }
    counters.turnedAway += 1
    return HTTPAnswer.Refusal(
      status: 503, reason: reason, headers: [HTTPAnswer.HeaderField("Retry-After", "5")])
  }

  func closed(_ connection: any ServedConnection) {
    guard connections.removeValue(forKey: connection.number) != nil else { return }
    let left = (perAddress[connection.address] ?? 1) - 1
    perAddress[connection.address] = left > 0 ? left : nil
    wake()
  }

  /// A connection goes on as a WebSocket.
  func upgraded(_ client: WebSocketClient) {
    connections[client.number] = client
    counters.upgraded += 1
    counters.webSockets += 1
  }

  /// A WebSocket is over.
  func ended(_ client: WebSocketClient, _ closure: WebSocketClosure) {
    counters.webSockets -= 1
    counters.closed(closure.code)
    log.debug(
      "WebSocket closed", LogField("peer", client.peer), LogField("dialect", client.dialect),
      LogField("closure", closure))
  }

  func readCompleted() {
    if hubs.wantTurn { wake() }
  }

  /// Why a request is refused that comes too soon behind others of its address or its user.
  func paceRefusal(
    _ head: HTTPRequestHead, _ target: RequestTarget, from address: String
  ) -> HTTPAnswer.Refusal? {
    let peer = Forwarding(head.headers, from: address, proxies: settings.proxies).peer
    guard paces.take(peer, now: nanos) else { return tooFast(settings.requestsPerSecond, "") }
    guard settings.userRequestsPerSecond > 0, !access.isOpen,
      let token = RequestToken.find(
        headers: head.headers.map { HandshakeHeader($0.name, $0.value) }, query: target.query),
      let grant = access.grant(for: token), !userPaces.take(grant.name, now: nanos)
    else { return nil }
    return tooFast(settings.userRequestsPerSecond, " of \(grant.name)")
  }

  private func tooFast(_ perSecond: Int, _ whose: String) -> HTTPAnswer.Refusal {
    HTTPAnswer.Refusal(
      status: 429, reason: "more than \(perSecond) requests a second\(whose)",
      headers: [HTTPAnswer.HeaderField("Retry-After", "1")])
  }

  // MARK: Requests

  /// A request whose head was checked.
  func request(
    _ head: HTTPRequestHead, _ target: RequestTarget, from address: String, by listener: Int,
    since: Int64
  ) -> HTTPRequest {
    let forwarding = Forwarding(head.headers, from: address, proxies: settings.proxies)
    return HTTPRequest(
      method: head.method, target: target, version: head.version, headers: head.headers,
      listener: listener, address: address, peer: forwarding.peer,
      id: names.name(given: head.headers.first(name: "X-Request-Id")),
      sinceNanos: since, forwardedHost: forwarding.host)
  }

  /// Counts an answer, and writes it to the access log.
  private func tell(_ status: Int, _ request: HTTPRequest) {
    let path = routes[request.listener].label(of: request.target.path)
    counters.answered(status, path: path)
    counters.served(path: path, nanos: nanos - request.sinceNanos)
    guard settings.logsAccess else { return }
    log.info(
      "request", LogField("peer", request.peer), LogField("method", request.method.rawValue),
      LogField("path", request.target.path), LogField("status", status),
      LogField("id", request.id))
  }

  enum Response {
    case answer(HTTPAnswer)
    /// It takes a while, away from the event loop.
    case later(@Sendable () async -> HTTPAnswer)
    /// The request becomes a WebSocket, whose client is told this first.
    case upgrade(WebSocketClient, ByteBuffer)
  }

  /// What comes of a request.
  func respond(
    to request: HTTPRequest, on connection: UInt64, isPlain: Bool
  ) -> Response {
    do {
      if request.method == .OPTIONS {
        tell(204, request)
        let methods = methods(at: request).joined(separator: ", ")
        return .answer(
          HTTPAnswer(status: 204, headers: [HTTPAnswer.HeaderField("Allow", methods)]))
      }
      switch try routes[request.listener].find(request).get() {
      case .answer(let make): return .answer(finish(make(request), of: request))
      case .endpoint(let endpoint, let path):
        let response = respond(to: request, endpoint, path: path)
        guard case .answer(let answer) = response else { return response }
        return .answer(finish(answer, of: request))
      case .webSocket(let endpoint):
        let response = try upgrade(request, endpoint, on: connection, isPlain: isPlain)
        tell(101, request)
        return response
      }
    } catch {
      tell(error.status, request)
      return .answer(HTTPAnswer(error))
    }
  }

  /// An answer as the client takes it; counted.
  func finish(_ answer: HTTPAnswer, of request: HTTPRequest) -> HTTPAnswer {
    let answer = answer.fitted(to: request, packer)
    tell(answer.status, request)
    return answer
  }

  /// The methods that the path of a request takes.
  func methods(at request: HTTPRequest) -> [String] {
    routes[request.listener].methods(at: request.target.path)
  }

  private func upgrade(
    _ request: HTTPRequest, _ endpoint: WebSocketEndpoint, on connection: UInt64, isPlain: Bool
  ) throws(HTTPAnswer.Refusal) -> Response {
    let answer: HandshakeAnswer
    do throws(HandshakeRefusal) {
      answer = try endpoint.handshake.answer(request.handshake)
    } catch {
      throw HTTPAnswer.Refusal(
        status: error.status, reason: error.reason,
        headers: error.headers.map { HTTPAnswer.HeaderField($0.name, $0.value) })
    }
    if let right = endpoint.needsRight { _ = try self.grant(of: request, for: right) }
    let grant = endpoint.wantsToken ? try self.grant(of: request) : nil
    if endpoint.needsToken, grant == nil, !access.isOpen { throw Self.tokenNeeded }
    let client = WebSocketClient(
      number: connection, address: request.address, peer: request.peer, isPlain: isPlain,
      limits: endpoint.limits,
      deflate: answer.deflate, server: self)
    client.serve(endpoint.service(client, grant))
    let head = HTTPAnswer(
      status: 101, headers: answer.headers.map { HTTPAnswer.HeaderField($0.name, $0.value) })
    let extra = commonHeaders + [HTTPAnswer.HeaderField("X-Request-Id", request.id)]
    return .upgrade(client, head.bytes(isHead: false, closes: false, extra: extra))
  }

  /// The rights that a request shows; nil when it shows none.
  private func grant(of request: HTTPRequest) throws(HTTPAnswer.Refusal) -> Access.Grant? {
    guard !access.isOpen, let token = request.token else { return nil }
    guard let grant = access.grant(for: token) else {
      throw HTTPAnswer.Refusal(
        status: 401, reason: "nobody has this token",
        headers: [HTTPAnswer.HeaderField("WWW-Authenticate", "Bearer")])
    }
    return grant
  }

  private static let tokenNeeded = HTTPAnswer.Refusal(
    status: 401, reason: "a token is needed",
    headers: [HTTPAnswer.HeaderField("WWW-Authenticate", "Bearer")])

  /// What every answer's head begins with.
  var commonHeaders: [HTTPAnswer.HeaderField] {
    [
      HTTPAnswer.HeaderField("Date", date), HTTPAnswer.HeaderField("Server", "tickwire"),
      HTTPAnswer.HeaderField("X-Content-Type-Options", "nosniff"),
    ]
  }

  /// Written once a second.
  private var date: String {
    let now = clock.now()
    let second = now.nanoseconds / 1_000_000_000
    if second != dateText.second { dateText = (second, HTTPDate.text(now)) }
    return dateText.text
  }

  // MARK: Time

  /// Looks at every deadline. Called some times a second.
  func tick() {
    let now = nanos
    for connection in Array(connections.values) { connection.timePassed(now: now) }
    paces.forget(now: now)
    userPaces.forget(now: now)
    hubs.tick()
  }

  /// Tells everyone to go, and lets them take what is theirs. True when all have gone.
  func drain() -> Bool {
    if !isDraining {
      isDraining = true
      hubs.hurry()
      let now = nanos
      for connection in Array(connections.values) { connection.shutDown(now: now) }
    }
    hubs.service()
    for connection in Array(connections.values) { connection.drain() }
    hubs.flushSockets()
    return connections.isEmpty
  }

  /// Cuts whoever is left.
  func close() {
    for connection in Array(connections.values) { connection.cut() }
  }
}
