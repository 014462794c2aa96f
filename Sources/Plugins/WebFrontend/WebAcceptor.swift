internal import EngineCore
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Transport

/// The listening sockets of a frontend, and what a new connection gets. Lives on the event loop.
final class WebAcceptor {
  private let settings: WebFrontendSettings
  private let server: WebServer
  private let eventLoop: any EventLoop
  private let certificates: Certificates?
  private var channels: [any Channel] = []
  /// Where it listens, with the ports that it really has.
  private(set) var addresses: [ListenAddress] = []

  /// Connections that wait to be accepted, as far as the system allows it.
  private static let backlog: CInt = 4096
  /// Requests are small: reads of a busy client come in pieces of this size.
  private static let readBytes = 64 << 10

  init(
    settings: WebFrontendSettings, server: WebServer, eventLoop: any EventLoop, log: Log
  ) throws {
    self.settings = settings
    self.server = server
    self.eventLoop = eventLoop
    certificates = try settings.tls.map { try Certificates($0, log: log) }
  }

  /// Binds every address; the first that is not free is the error.
  func start() throws {
    do {
      for (number, listener) in settings.listeners.enumerated() {
        for address in listener.listen {
          let socket = try TCPSocket.bind(address)
          addresses.append(socket.address)
          listen(socket.descriptor, as: number)
        }
      }
    } catch {
      close()
      throw PluginError("\(error)", hint: "another address, or stop who has it")
    }
  }

  private func listen(_ descriptor: CInt, as number: Int) {
    let own = NIOLoopBound(self, eventLoop: eventLoop)
    let mark = settings.writeBufferBytes
    let bootstrap = ServerBootstrap(group: eventLoop)
      // When everybody comes back at once, connections are taken many at a time.
      .serverChannelOption(.maxMessagesPerRead, value: 64)
      .childChannelOption(.writeBufferWaterMark, value: .init(low: mark / 4, high: mark))
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: SparingReceiveAllocator(largestBytes: Self.readBytes)
      )
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try own.value.prepare(channel, number) }
      }
    bootstrap.withBoundSocket(descriptor).whenSuccess { channel in
      // NIO listens with room for 128 by itself; whoever finds none waits a second to try again.
      _ = Glibc.listen(descriptor, Self.backlog)
      own.value.channels.append(channel)
    }
  }

  private func prepare(_ channel: any Channel, _ listener: Int) throws {
    let operations = channel.pipeline.syncOperations
    if let certificates {
      try operations.addHandler(NIOSSLServerHandler(context: certificates.context))
    }
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = settings.headerBytes
    limits.maxHeaderListSize = settings.headerBytes
    limits.maxHeaderFieldCount = 128
    try operations.addHandler(
      ByteToMessageHandler(
        HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)))
    try operations.addHandler(
      server.connection(
        from: channel.remoteAddress, by: listener, isPlain: certificates == nil))
  }

  /// Looks whether certificates changed.
  func refresh() { certificates?.refresh() }

  /// Takes no new connections.
  func close() {
    for channel in channels { channel.close(promise: nil) }
    channels = []
  }
}
