internal import EngineCore
internal import NIOCore
internal import NIOHTTP1

/// A connection as long as HTTP is spoken on it: requests in, answers out, one after the other.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler, ServedConnection {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  /// A request of which the end has not come.
  private struct Incoming {
    var head: HTTPRequestHead
    var target: RequestTarget
    var sinceNanos: Int64
    var body: [UInt8] = []
  }

  /// A request whose answer is being made elsewhere.
  private struct Awaited {
    var request: HTTPRequest
    var closes: Bool
  }

  let number: UInt64
  let address: String
  /// The number of the listener that it came by.
  private let listener: Int
  private let server: WebServer
  /// Nothing stands between this handler and the socket but what reads HTTP.
  private let isPlain: Bool
  private var context: ChannelHandlerContext?
  private var incoming: Incoming?
  private var awaited: Awaited?
  /// What has come behind it.
  private var held: [HTTPServerRequestPart] = []
  /// When it is closed, unless a request has come as a whole.
  private var deadlineNanos: Int64
  private var lingering = Lingering()
  /// Nothing more is read.
  private var isClosing = false
  private var isUpgraded = false

  init(number: UInt64, address: String, listener: Int, isPlain: Bool, server: WebServer) {
    self.number = number
    self.listener = listener
    self.address = address
    self.isPlain = isPlain
    self.server = server
    deadlineNanos = server.nanos + server.settings.requestNanos
  }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { opened() }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    opened()
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    lingering.end(server.crowd)
    if !isUpgraded { server.closed(self) }
    context.fireChannelInactive()
  }

  private func opened() {
    guard let refusal = server.opened(self) else { return }
    refuse(refusal)
    context?.flush()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    let part = unwrapInboundIn(data)
    // Answers keep the order of the requests.
    if awaited == nil { take(part) } else { held.append(part) }
  }

  private func take(_ part: HTTPServerRequestPart) {
    switch part {
    case .head(let head): begin(head)
    case .body(let bytes): take(bytes)
    case .end: end()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    readOrWait()
    context.fireChannelWritabilityChanged()
  }

  /// Who does not read answers is not asked for more requests, nor who waits for one.
  private func readOrWait() {
    guard let channel = context?.channel else { return }
    let reads = channel.isWritable && awaited == nil
    try? channel.syncOptions?.setOption(.autoRead, value: reads)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isClosing, !isUpgraded else { return }
    guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
    server.counters.badRequests += 1
    switch error {
    case .headerOverflow:
      refuse(
        HTTPAnswer.Refusal(
          status: 431, reason: "a head of more than \(server.settings.headerBytes) bytes"))
    case .invalidEOFState: context.close(promise: nil)
    default: refuse(HTTPAnswer.Refusal(status: 400, reason: "no request of HTTP/1.1: \(error)"))
    }
    context.flush()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
  }

  // MARK: Requests

  private func begin(_ head: HTTPRequestHead) {
    deadlineNanos = server.nanos + server.settings.requestNanos
    switch RequestRules.check(head) {
    case .failure(let refusal):
      server.counters.badRequests += 1
      refuse(refusal)
    case .success(let target):
      let length = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
      guard length <= server.settings.bodyBytes else { return refuse(tooLarge) }
      if let refusal = server.paceRefusal(head, target, from: address) { return refuse(refusal) }
      incoming = Incoming(head: head, target: target, sinceNanos: server.nanos)
      if head.version.minor == 1, head.headers.contains(name: "Expect") {
        write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        context?.flush()
      }
    }
  }

  private var tooLarge: HTTPAnswer.Refusal {
    HTTPAnswer.Refusal(
      status: 413, reason: "a body of more than \(server.settings.bodyBytes) bytes")
  }

  private func take(_ bytes: ByteBuffer) {
    // In place: with a copy at hand each piece would have all before it copied.
    guard let count = incoming?.body.count else { return }
    guard count + bytes.readableBytes <= server.settings.bodyBytes else {
      return refuse(tooLarge)
    }
    incoming?.body.append(contentsOf: bytes.readableBytesView)
  }

  private func end() {
    guard let incoming else { return }
    self.incoming = nil
    deadlineNanos = server.nanos + server.settings.idleNanos
    let head = incoming.head
    var request = server.request(
      head, incoming.target, from: address, by: listener, since: incoming.sinceNanos)
    request.body = incoming.body
    // Behind a request that wanted to go over to another protocol nothing is read.
    let closes = !head.isKeepAlive || head.headers.contains(name: "Upgrade")
    switch server.respond(to: request, on: number, isPlain: isPlain) {
    case .answer(let answer): send(answer, to: request, closes: closes || server.isDraining)
    case .upgrade(let client, let head): upgrade(to: client, head)
    case .later(let work):
      guard server.begin(work, for: number) else {
        return send(server.finish(.busy, of: request), to: request, closes: closes)
      }
      awaited = Awaited(request: request, closes: closes)
      deadlineNanos = server.nanos + server.settings.answerNanos
      readOrWait()
    }
  }

  /// The answer to the request that waits for one.
  func answered(_ answer: HTTPAnswer) {
    guard let awaited, !isClosing else { return }
    self.awaited = nil
    deadlineNanos = server.nanos + server.settings.idleNanos
    send(
      server.finish(answer, of: awaited.request), to: awaited.request,
      closes: awaited.closes || server.isDraining)
    let parts = held
    held = []
    for part in parts where !isClosing {
      if self.awaited == nil { take(part) } else { held.append(part) }
    }
    context?.flush()
    readOrWait()
  }

  private func refuse(_ refusal: HTTPAnswer.Refusal) {
    incoming = nil
    server.counters.answered(refusal.status, path: "other")
    write(
      HTTPAnswer(refusal).bytes(isHead: false, closes: true, extra: server.commonHeaders))
    close()
  }

  private func send(_ answer: HTTPAnswer, to request: HTTPRequest, closes: Bool) {
    var extra = server.commonHeaders
    extra += server.settings.cors.headers(
      origin: request.header("Origin"),
      methods: request.method == .OPTIONS ? server.methods(at: request) : nil)
    extra.append(HTTPAnswer.HeaderField("X-Request-Id", request.id))
    if !closes, request.version.minor == 0 {
      extra.append(HTTPAnswer.HeaderField("Connection", "keep-alive"))
    }
    write(answer.bytes(isHead: request.method == .HEAD, closes: closes, extra: extra))
    if closes { close() }
  }

  private func write(_ bytes: ByteBuffer) {
    guard let context, !isClosing else { return }
    let own = bytes.readableBytes
    context.write(wrapOutboundOut(bytes), promise: nil)
    guard !context.channel.isWritable else { return }
    context.flush()
    let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    // One read may have brought hundreds of requests: their answers have an end. One alone may be
    // as large as it is.
    if waiting - own > server.unwrittenBytesMax { cut() }
  }

  private func close() {
    guard !isClosing, let context else { return }
    isClosing = true
    let lingers = lingering.begin(server.crowd, now: server.nanos)
    Lingering.close(context, lingers: lingers)
  }

  /// From now on the connection is a WebSocket, and this handler is not part of it.
  private func upgrade(to client: WebSocketClient, _ head: ByteBuffer) {
    guard let context else { return }
    isUpgraded = true
    context.flush()
    // Should a full socket have stopped the reading of requests, the client's service decides now.
    try? context.channel.syncOptions?.setOption(.autoRead, value: true)
    let operations = context.pipeline.syncOperations
    do {
      try operations.addHandler(client, position: .after(self))
      let parser = try operations.context(
        handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
      client.open(with: head)
      operations.removeHandler(context: context, promise: nil)
      // What has come behind the request follows to the client.
      operations.removeHandler(context: parser, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  // MARK: Life

  func timePassed(now: Int64) {
    if let deadline = lingering.deadlineNanos { return deadline <= now ? cut() : () }
    guard !isClosing, deadlineNanos <= now else { return }
    if awaited != nil { return answered(.late) }
    guard incoming != nil else { return cut() }
    refuse(HTTPAnswer.Refusal(status: 408, reason: "the request did not come as a whole in time"))
    context?.flush()
  }

  /// Connections between two requests are closed; who is asking gets an answer first.
  func shutDown(now: Int64) {
    if incoming == nil, awaited == nil { close() }
  }

  func drain() {}

  func cut() {
    isClosing = true
    context?.close(promise: nil)
  }
}
