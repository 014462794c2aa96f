internal import EngineCore
internal import NIOCore
internal import Transport
internal import WebProtocol

/// One open WebSocket: frames of a channel for what talks to the client. Lives on the event loop.
final class WebSocketClient: ChannelInboundHandler, ServedConnection {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let number: UInt64
  let address: String
  /// Whose it is; not the proxy that passes it on.
  let peer: String
  let server: WebServer
  let sinceNanos: Int64
  /// How messages are compressed, when that was agreed.
  let deflate: DeflateAgreement?
  private(set) var bytesIn: UInt64 = 0
  private(set) var bytesOut: UInt64 = 0
  private var service: (any WebSocketService)?
  private var socket: WebSocketConnection
  private let outgoing: Outgoing
  private let isPlain: Bool
  private var context: ChannelHandlerContext?
  private var lingering = Lingering()
  /// How it ended was counted.
  private var isOver = false

  init(
    number: UInt64, address: String, peer: String, isPlain: Bool, limits: WebSocketLimits,
    deflate: DeflateAgreement?, server: WebServer
  ) {
    self.number = number
    self.address = address
    self.peer = peer
    self.isPlain = isPlain
    self.server = server
    self.deflate = deflate
    outgoing = Outgoing(outlet: server.outlet)
    sinceNanos = server.nanos
    socket = WebSocketConnection(role: .server, limits: limits, deflate: deflate, now: sinceNanos)
  }

  /// Sets what talks to the client; before it is opened.
  func serve(_ service: any WebSocketService) { self.service = service }

  var dialect: String { service?.dialect ?? "" }
  var streamSession: StreamSession? { service as? StreamSession }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    isWritable = context.channel.isWritable
    outgoing.begin(context.channel, isPlain: isPlain)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    isWritable = false
    outgoing.end()
  }

  /// Sends the head of the answer that makes it a WebSocket, and what the service says first.
  func open(with head: ByteBuffer) {
    server.upgraded(self)
    write(head)
    service?.opened()
    flushSocket()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    bytesIn += UInt64(bytes.readableBytes)
    let span = bytes.readableBytesSpan
    let now = server.nanos
    var position = 0
    while let event = socket.next(span, &position, now: now) {
      if case .message(let message) = event {
        received(message, span, now)
      } else {
        handle(event)
      }
    }
  }

  private func received(_ message: WebSocketMessage, _ input: RawSpan, _ now: Int64) {
    guard let service else { return }
    server.counters.messagesIn += 1
    socket.withPayload(of: message, in: input) { service.take(message.kind, $0, now: now) }
    service.settle()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flushSocket()
    server.readCompleted()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    service?.writabilityChanged()
    server.wake()
  }

  func channelInactive(context: ChannelHandlerContext) {
    lingering.end(server.crowd)
    if let closure = socket.transportClosed() { over(closure) }
    service = nil
    server.closed(self)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
  }

  // MARK: Events of the socket

  private func handle(_ event: WebSocketEvent) {
    switch event {
    case .message, .pong: break
    case .send(let bytes): answer(ByteBuffer(bytes: bytes))
    case .close(let closure):
      over(closure)
      finish(closure)
    }
  }

  /// Nothing is sent any more: ends the connection behind what was.
  private func finish(_ closure: WebSocketClosure) {
    guard let context, context.channel.isActive, !lingering.isUnderWay else { return }
    guard closure.code != .timeout, closure.code != .slowReader else {
      flushSocket()
      return context.close(promise: nil)
    }
    outgoing.flush(context)
    let lingers = lingering.begin(server.crowd, now: server.nanos)
    Lingering.close(context, lingers: lingers)
  }

  private func over(_ closure: WebSocketClosure) {
    guard !isOver else { return }
    isOver = true
    server.ended(self, closure)
    service?.ended()
  }

  // MARK: For services

  /// Whether messages may be sent.
  var isOpen: Bool { socket.isOpen }

  /// Whether the socket takes more. Asked for every message of every client: the channel says when
  /// it changes.
  private(set) var isWritable = false

  /// Bytes that the socket has not taken.
  var unwrittenBytes: Int { outgoing.unwrittenBytes }

  /// Sends a message that the client asked for; flushed when what is being handled is done.
  func send(frame: [UInt8]) {
    guard isOpen else { return }
    server.counters.messagesOut += 1
    answer(ByteBuffer(bytes: frame))
  }

  /// Reads what the client sends, or leaves it where it is.
  func setReading(_ reads: Bool) {
    try? context?.channel.syncOptions?.setOption(.autoRead, value: reads)
  }

  /// Writes frames that are there already; flushed at the end of the turn.
  func write(frame buffer: ByteBuffer) {
    guard isOpen else { return }
    write(buffer)
  }

  /// Writes a frame now, when nothing comes before it and the socket takes it. False when nothing
  /// was written.
  func writeAtOnce(_ frame: ByteBuffer) -> Bool {
    guard isOpen, let context, outgoing.writeAtOnce(frame, context) else { return false }
    bytesOut += UInt64(frame.readableBytes)
    return true
  }

  /// Begins to close: nothing is sent after it.
  func close(_ code: WebSocketCloseCode, _ reason: String) {
    guard socket.isOpen else { return }
    for event in socket.close(code, reason, now: server.nanos) { handle(event) }
    service?.ended()
  }

  func flushSocket() {
    if let context { outgoing.flush(context) }
  }

  /// Writes something that the client asked for.
  ///
  /// Events stop when the socket is full. Answers do not, so that a client that goes on asking and
  /// never reads is cut off: its memory has an end.
  private func answer(_ bytes: ByteBuffer) {
    write(bytes)
    guard let context, !context.channel.isWritable,
      unwrittenBytes - bytes.readableBytes > server.unwrittenBytesMax
    else { return }
    over(
      WebSocketClosure(
        .slowReader, "the client does not read what is sent to it", isClean: false,
        isByPeer: false))
    cut()
  }

  private func write(_ buffer: ByteBuffer) {
    guard let context, !lingering.isUnderWay else { return }
    bytesOut += UInt64(buffer.readableBytes)
    outgoing.write(buffer, limit: server.settings.writeBufferBytes, context)
  }

  // MARK: Life

  func timePassed(now: Int64) {
    if let deadline = lingering.deadlineNanos { return deadline <= now ? cut() : () }
    if let deadline = socket.nextDeadline, deadline <= now {
      for event in socket.timePassed(now: now) { handle(event) }
      flushSocket()
    }
    service?.timePassed(now: now)
  }

  func shutDown(now: Int64) {
    service?.shutDown(now: now)
    flushSocket()
  }

  func drain() { service?.drain() }

  func cut() { context?.close(promise: nil) }
}
