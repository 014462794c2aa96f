internal import BinaryProtocol
internal import EngineCore
internal import Fanout
internal import NIOCore
internal import Transport

/// One client's connection: the state machine of the protocol on a channel of the event loop.
final class FeedConnection: ChannelInboundHandler, FeedReceiver {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let number: UInt64
  let peer: String
  let sinceNanos: Int64
  private(set) var clientName = ""
  /// It lets go of this when the channel is closed.
  let server: FeedServer
  var state: ServerConnection
  var feeds: [UInt32: Feed] = [:]
  var publishers: [UInt32: PublishStream] = [:] {
    didSet { server.publishing += publishers.count - oldValue.count }
  }
  var adminCalls: [UInt32: AdminCall] = [:]
  /// Subscriptions whose beginning is being looked for in the kept log.
  var lookups: Set<UInt32> = []
  /// Set by `authenticate` for all calls that follow.
  var grant: Access.Grant?
  /// In the hub's list of those whose socket has to be flushed.
  var isDirty = false
  private(set) var bytesIn: UInt64 = 0
  private(set) var bytesOut: UInt64 = 0
  private(set) var context: ChannelHandlerContext?
  private var isClosing = false
  /// When it is closed for good, after it was closed from here; nil before.
  private var lingerUntilNanos: Int64?
  private let outgoing: Outgoing
  /// When it is read, if not at once.
  private var pacer: ReadPacer?
  /// Nothing stands between this handler and the socket.
  private let isPlain: Bool

  init(number: UInt64, peer: String, isPlain: Bool, server: FeedServer) {
    self.number = number
    self.peer = peer
    self.isPlain = isPlain
    self.server = server
    outgoing = Outgoing(outlet: server.outlet)
    sinceNanos = server.nanos
    state = ServerConnection(
      identity: server.identity, limits: server.limits, capabilities: [.data, .zlib],
      now: sinceNanos)
  }

  /// In whole records.
  var frameBytesMax: Int { Int(state.peerFrameBytes) / 64 * 64 }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    outgoing.begin(context.channel, isPlain: isPlain)
    if context.channel.isActive { server.opened(self) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    outgoing.end()
  }

  func channelActive(context: ChannelHandlerContext) {
    server.opened(self)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    bytesIn += UInt64(bytes.readableBytes)
    let now = server.nanos
    if !publishers.isEmpty { server.wait.began(at: now) }
    perform(state.received(bytes.readableBytesSpan, now: now), input: bytes)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if let pacer {
      server.hub.isRipe = true
      pacer.readLater(self, on: context.eventLoop)
    }
    server.readCompleted(self)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    perform(state.writabilityChanged(context.channel.isWritable))
    server.wake()
  }

  func channelInactive(context: ChannelHandlerContext) {
    perform(state.transportClosed(CloseReason(.peerClosed, "the client closed")))
    server.closed(self)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    perform(state.transportClosed(CloseReason(.transportFailed, "\(error)")))
    context.close(promise: nil)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A client that closes half of its socket is gone.
    if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
  }

  // MARK: State machine

  func perform(_ actions: [ServerAction], input: ByteBuffer? = nil) {
    for action in actions {
      switch action {
      case .send(let bytes): write(bytes)
      case .opened(let name): clientName = name
      case .startCall(let stream, let request, _):
        // A client may be cut off while the calls that it sent are looked at.
        if !isClosing { server.start(request, on: stream, of: self) }
      case .refusedCall(_, let error): server.counters.ended(error.code)
      case .data(let frame): received(frame, input)
      case .resume(let stream): resume(stream)
      case .cancelCall(let stream, let error):
        // The client was told, unless it has gone or wanted it so.
        if error.code != .cancelled, !state.isClosed { server.counters.ended(error.code) }
        if let call = adminCalls[stream] {
          call.cancel(error)
        } else {
          forget(stream)
          perform(state.finish(stream, with: .ok))
        }
      case .close(let reason): close(reason)
      }
    }
  }

  private func received(_ frame: DataFrame, _ input: ByteBuffer?) {
    guard let publisher = publishers[frame.stream] else { return }
    switch frame.payload {
    case .held(let bytes):
      publisher.received(ByteBuffer(bytes: bytes), frame)
    case .input(let range):
      guard let input,
        var slice = input.getSlice(
          at: input.readerIndex + range.lowerBound, length: range.count)
      else { return }
      // A small frame that has to wait does not hold all that was read with it.
      if slice.readableBytes < input.storageCapacity / 16 {
        slice = ByteBuffer(bytes: slice.readableBytesView)
      }
      publisher.received(slice, frame)
    }
    server.intake.add(publisher)
  }

  private func resume(_ stream: UInt32) {
    if let feed = feeds[stream] {
      server.hub.resume(feed)
      server.wake()
    } else if let publisher = publishers[stream] {
      publisher.acknowledgeNow = true
      server.intake.add(publisher)
      server.wake()
    } else {
      adminCalls[stream]?.send()
    }
  }

  /// Everything that belonged to a call is gone.
  private func forget(_ stream: UInt32) {
    lookups.remove(stream)
    if let feed = feeds.removeValue(forKey: stream) { server.hub.remove(feed) }
    if let publisher = publishers.removeValue(forKey: stream) { publisher.isOver = true }
  }

  private func close(_ reason: CloseReason) {
    guard !isClosing else { return }
    isClosing = true
    for stream in Array(feeds.keys) { forget(stream) }
    for stream in Array(publishers.keys) { forget(stream) }
    for call in adminCalls.values { call.cancel(CallError(.unavailable, "the client is gone")) }
    adminCalls = [:]
    lookups = []
    server.ended(self, reason)
    guard let context, context.channel.isActive else { return }
    guard reason.code != .slowReader, reason.code != .keepAliveTimeout else {
      return context.close(promise: nil)
    }
    // What was written goes out first. Then only this direction is closed: a client that is still
    // sending would be cut off by its own bytes before it has read why. Who does neither read nor
    // close is not waited for.
    let lingers = server.lingering < FeedServer.lingeringMax
    if lingers {
      lingerUntilNanos = server.nanos + Self.lingerNanos
      server.lingering += 1
    }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    outgoing.flush(context)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      guard lingers else { return bound.value.close(promise: nil) }
      bound.value.close(mode: .output).whenFailure { _ in bound.value.close(promise: nil) }
    }
  }

  /// It was closed from here and waits for the client to close too.
  var isLingering: Bool { lingerUntilNanos != nil }

  private static let lingerNanos: Int64 = 2_000_000_000

  /// Closes for good when it has lingered for long enough.
  func timePassed(now: Int64) {
    if let deadline = lingerUntilNanos { return deadline <= now ? cut() : () }
    guard let deadline = state.nextDeadline, deadline <= now else { return }
    perform(state.timePassed(now: now))
    flushSocket()
  }

  // MARK: Calls

  func reply(_ stream: UInt32, _ payload: [UInt8]) { finish(stream, reply: payload) }

  /// Ends a call well.
  func finish(_ stream: UInt32, reply: [UInt8]?) {
    perform(state.finish(stream, reply: reply))
  }

  func refuse(_ stream: UInt32, _ error: CallError) {
    server.counters.ended(error.code)
    perform(state.finish(stream, with: error.status))
  }

  /// Sends a message of a call. False when it has to wait for credit.
  func message(_ stream: UInt32, _ payload: [UInt8]) -> Bool {
    if case .send = offer(payload, on: stream) { true } else { false }
  }

  /// Sends the message that a call begins with. False when its client gave it no credit.
  func answer(_ stream: UInt32, _ payload: [UInt8]) -> Bool {
    guard case .send(let bytes) = state.send(payload, on: stream, isAnswer: true) else {
      return false
    }
    write(bytes)
    return true
  }

  /// The same, with what became of it.
  func offer(_ payload: [UInt8], on stream: UInt32) -> SendOutcome {
    let outcome = state.send(payload, on: stream)
    if case .send(let bytes) = outcome { write(bytes) }
    return outcome
  }

  func end(_ feed: Feed, _ reason: FeedEnd) {
    switch reason {
    case .fellBehind(let first):
      end(
        feed,
        CallError(
          .dataLoss, "the subscription fell behind what the server keeps",
          hint: "subscribe again from sequence \(first), or with drop-oldest or conflate"))
    case .stoodStill:
      end(
        feed,
        CallError(
          .dataLoss, "a lossless subscription stood still for too long",
          hint: "read faster, or ask for another policy"))
    }
  }

  /// Ends a feed's call with an error.
  func end(_ feed: Feed, _ error: CallError) {
    feeds[feed.stream] = nil
    server.hub.remove(feed)
    refuse(feed.stream, error)
    markDirty()
  }

  /// Ends a publisher's call.
  func end(_ publisher: PublishStream, reply payload: [UInt8]) {
    publishers[publisher.stream] = nil
    publisher.isOver = true
    reply(publisher.stream, payload)
    markDirty()
  }

  func end(_ publisher: PublishStream, _ error: CallError) {
    publishers[publisher.stream] = nil
    publisher.isOver = true
    refuse(publisher.stream, error)
    markDirty()
  }

  /// Ends a publisher's call that could go on elsewhere: tells first what was decided.
  func settle(_ publisher: PublishStream, _ error: CallError) {
    _ = publisher.sendAcknowledgement()
    end(publisher, error)
  }

  // MARK: Reading at intervals

  /// From now on it is read at a pacer's times.
  func paceReads(by pacer: ReadPacer) {
    guard self.pacer == nil, let context else { return }
    self.pacer = pacer
    // On its own loop the option holds at once.
    try? context.channel.syncOptions?.setOption(.autoRead, value: false)
  }

  /// Waits a moment for more to come.
  func awaitInput() {
    outgoing.awaitInput(looks: BriefWait.looksMax, stops: server.isAwaited)
  }

  /// Reads what has come.
  func readOnce() { context?.read() }

  // MARK: Writing

  /// Asks for the right to send a data frame.
  func spend(_ payloadBytes: Int, on stream: UInt32) -> Bool {
    if case .granted = state.spend(payloadBytes, on: stream) { true } else { false }
  }

  /// Writes bytes of the protocol; flushed at the end of the turn.
  ///
  /// Events stop when the socket is full. Answers do not, so that a client that goes on asking and
  /// never reads is cut off: its memory has an end.
  private func write(_ bytes: [UInt8]) {
    write(ByteBuffer(bytes: bytes))
    markDirty()
    guard let context, !isClosing, !context.channel.isWritable,
      unwrittenBytes > server.unwrittenBytesMax
    else { return }
    perform(
      state.transportClosed(
        CloseReason(.slowReader, "the client does not read what is sent to it")))
  }

  /// Bytes that the socket has not taken.
  var unwrittenBytes: Int { outgoing.unwrittenBytes }

  /// Writes a data frame now, when it is all that the connection is going to be sent and its socket
  /// takes it. False when nothing was written.
  func writeAtOnce(_ frame: ByteBuffer) -> Bool {
    guard feeds.count == 1, !isClosing, let context, outgoing.writeAtOnce(frame, context)
    else { return false }
    bytesOut += UInt64(frame.readableBytes)
    return true
  }

  /// Writes a data frame; flushed at the end of the turn.
  func write(_ frame: FeedFrame) { frame.write { write($0) } }

  private func write(_ buffer: ByteBuffer) {
    guard let context, !isClosing else { return }
    bytesOut += UInt64(buffer.readableBytes)
    outgoing.write(buffer, limit: server.settings.writeBufferBytes, context)
  }

  func markDirty() { server.hub.markDirty(self) }

  func flushSocket() {
    isDirty = false
    if let context { outgoing.flush(context) }
  }

  /// Closes without a word: the channel is broken or useless.
  func cut() { context?.close(promise: nil) }
}
