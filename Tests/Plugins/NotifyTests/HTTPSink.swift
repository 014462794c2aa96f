import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A receiver of HTTP that answers as a test wants it to.
final class HTTPSink: Sendable {
  /// How it answers.
  enum Answer: Sendable {
    case status(Int, headers: [(String, String)] = [])
    /// Takes the request and says nothing.
    case silence
    /// A status, and so many pieces of a body, one each time that the test says `goOn`.
    case slow(Int)
    /// A status, and a body that does not end.
    case endless(Int)
  }

  struct Arrival: Sendable {
    var headers: [(name: String, value: String)] = []
    var uri = ""
    var body: [UInt8] = []

    func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  private struct State: Sendable {
    var answer: Answer = .status(200)
    var arrivals: [Arrival] = []
    var sentBytes = 0
    /// Answers that are not complete: what writes the next piece, and how many are left.
    var slow: [(write: @Sendable (Bool) -> Void, left: Int)] = []
  }

  fileprivate let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let state = Mutex(State())
  private let channel: any Channel

  private let box = Box()

  init() async throws {
    let box = box
    channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
          try channel.pipeline.syncOperations.addHandler(Handler(box: box))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    box.handle.withLock { $0 = self }
  }

  fileprivate final class Box: Sendable {
    let handle = Mutex<HTTPSink?>(nil)
  }

  var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/hook" }
  var arrivals: [Arrival] { state.withLock { $0.arrivals } }
  /// Bytes of endless bodies that were written.
  var sentBytes: Int { state.withLock { $0.sentBytes } }

  func answer(_ answer: Answer) { state.withLock { $0.answer = answer } }

  /// How many answers are not complete.
  var unfinished: Int { state.withLock { $0.slow.count } }

  /// Writes the next piece of each slow answer.
  func goOn() {
    let due = state.withLock { state in
      for index in state.slow.indices { state.slow[index].left -= 1 }
      defer { state.slow.removeAll { $0.left == 0 } }
      return state.slow
    }
    for answer in due { answer.write(answer.left == 0) }
  }

  fileprivate func hold(_ pieces: Int, _ write: @escaping @Sendable (Bool) -> Void) {
    state.withLock { $0.slow.append((write, pieces)) }
  }

  func close() async throws {
    box.handle.withLock { $0 = nil }
    try await channel.close()
    try await group.shutdownGracefully()
  }

  fileprivate func take(_ arrival: Arrival) -> Answer {
    state.withLock { state in
      state.arrivals.append(arrival)
      return state.answer
    }
  }

  fileprivate func wrote(_ count: Int) { state.withLock { $0.sentBytes += count } }

  fileprivate final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let box: Box
    private var arrival = Arrival()

    init(box: Box) { self.box = box }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        arrival = Arrival(
          headers: head.headers.map { (name: $0.name, value: $0.value) }, uri: head.uri)
      case .body(let part): arrival.body += Array(part.readableBytesView)
      case .end:
        guard let sink = box.handle.withLock({ $0 }) else { return }
        reply(sink.take(arrival), context)
      }
    }

    private func reply(_ answer: Answer, _ context: ChannelHandlerContext) {
      switch answer {
      case .silence: return
      case .status(let status, let headers):
        var fields = HTTPHeaders(headers)
        fields.add(name: "content-length", value: "0")
        write(status, fields, context)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      case .slow(let pieces): begin(pieces, context)
      case .endless(let status):
        write(status, HTTPHeaders(), context)
        flood(context)
      }
    }

    private func write(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
      let head = HTTPResponseHead(
        version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func begin(_ pieces: Int, _ context: ChannelHandlerContext) {
      write(200, HTTPHeaders([("content-length", "\(pieces)")]), context)
      context.flush()
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      let loop = context.eventLoop
      box.handle.withLock { $0 }?.hold(pieces) { isLast in
        loop.execute {
          let (handler, context) = bound.value
          let piece = ByteBuffer(string: "x")
          context.write(handler.wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
          if isLast { context.write(handler.wrapOutboundOut(.end(nil)), promise: nil) }
          context.flush()
        }
      }
    }

    private func flood(_ context: ChannelHandlerContext) {
      guard context.channel.isActive else { return }
      let piece = ByteBuffer(repeating: UInt8(ascii: "x"), count: 16_384)
      box.handle.withLock { $0 }?.wrote(16_384)
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece))))
        .whenSuccess { bound.value.0.flood(bound.value.1) }
    }
  }
}
