internal import BinaryProtocol
internal import NIOCore

/// Passes what happens on a channel to its transport.
final class SocketHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let transport: SocketTransport

  init(_ transport: SocketTransport) { self.transport = transport }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    transport.received(unwrapInboundIn(data))
  }

  func channelInactive(context: ChannelHandlerContext) {
    transport.ended(CloseReason(.peerClosed, "the other side closed"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    transport.ended(CloseReason(.transportFailed, "\(error)"))
    context.close(promise: nil)
  }
}
