internal import NIOCore
internal import NIOTLS

/// Tells when the TLS handshake of a client is over. Stands behind the handler that does it.
final class TLSGreeting: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// The other side did not answer in time.
  struct Late: Error {}

  private let greeted: EventLoopPromise<Void>
  private let timeoutNanos: Int64
  private var timer: Scheduled<Void>?
  private var isOver = false

  init(_ greeted: EventLoopPromise<Void>, timeoutNanos: Int64) {
    self.greeted = greeted
    self.timeoutNanos = timeoutNanos
  }

  func channelActive(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: .nanoseconds(timeoutNanos)) {
      let (own, context) = bound.value
      own.fail(Late(), context)
    }
    context.fireChannelActive()
    // Where nobody reads yet, the answer has to be asked for.
    context.read()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      end()
      greeted.succeed()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if isOver { context.fireErrorCaught(error) } else { fail(error, context) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(ChannelError.eof, context)
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { fail(ChannelError.alreadyClosed, context) }

  private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
    guard !isOver else { return }
    end()
    greeted.fail(error)
    context.close(promise: nil)
  }

  private func end() {
    isOver = true
    timer?.cancel()
    timer = nil
  }
}
