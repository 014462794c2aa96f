import BinaryProtocol
import EngineCore
import NIOCore

/// A client of a load generator on a channel. Lives on its event loop.
final class BenchSocket<Client: BenchClient>: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Times a client is asked in a row, before others have their turn.
  private static var roundsMax: Int { 16 }

  private(set) var client: Client
  private let clock = SystemClock()
  private let ready: EventLoopPromise<Void>
  private var context: ChannelHandlerContext?
  private var isTold = false
  private var alarm: Scheduled<Void>?
  private var alarmNanos = Int64.max
  private var ticker: RepeatedTask?

  /// - Parameter ready: told when the client is ready, or why it never will be.
  init(_ client: Client, ready: EventLoopPromise<Void>) {
    self.client = client
    self.ready = ready
  }

  private var time: BenchTime {
    BenchTime(monotonic: clock.monotonicNanos(), wall: clock.now().nanoseconds)
  }

  /// Changes the client, and asks what it wants to send then.
  func change(_ body: (inout Client) -> Void) {
    body(&client)
    pump()
  }

  func close() {
    ticker?.cancel()
    alarm?.cancel()
    context?.close(promise: nil)
  }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    ticker = context.eventLoop.scheduleRepeatedTask(
      initialDelay: .seconds(1), delay: .seconds(1)
    ) { _ in
      let own = bound.value
      own.write(own.client.timePassed(own.time))
      own.pump()
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    ticker?.cancel()
    alarm?.cancel()
    self.context = nil
    // Nobody waits for this one any more, or somebody would for ever.
    ready.fail(ChannelError.alreadyClosed)
  }

  func channelActive(context: ChannelHandlerContext) {
    write(client.start(at: time))
    pump()
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    write(client.received(bytes.readableBytesSpan, at: time))
  }

  func channelReadComplete(context: ChannelHandlerContext) { pump() }

  func channelWritabilityChanged(context: ChannelHandlerContext) { pump() }

  func channelInactive(context: ChannelHandlerContext) {
    client.lost(CallError(.unavailable, "the server closed the connection"))
    tell()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    client.lost(CallError(.unavailable, "the connection failed: \(error)"))
    tell()
    context.close(promise: nil)
  }

  // MARK: Sending

  private func write(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, let context else { return }
    context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
  }

  private func pump() {
    guard let context else { return }
    tell()
    defer { context.flush() }
    for _ in 0..<Self.roundsMax {
      guard context.channel.isWritable else { return }
      let output = client.pump(at: time)
      write(output.bytes)
      switch output.next {
      case .now: break
      case .at(let nanos): return setAlarm(nanos, context)
      case .waits: return
      }
    }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.execute { bound.value.pump() }
  }

  private func setAlarm(_ nanos: Int64, _ context: ChannelHandlerContext) {
    guard nanos < alarmNanos else { return }
    alarm?.cancel()
    alarmNanos = nanos
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    alarm = context.eventLoop.scheduleTask(
      in: .nanoseconds(max(0, nanos - clock.monotonicNanos()))
    ) {
      bound.value.alarmNanos = .max
      bound.value.pump()
    }
  }

  private func tell() {
    guard !isTold, client.isReady || client.failure != nil else { return }
    isTold = true
    if let failure = client.failure {
      ready.fail(failure)
    } else {
      ready.succeed()
    }
  }
}
