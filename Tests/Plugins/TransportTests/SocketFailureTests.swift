import BinaryProtocol
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Transport

@Suite("Sockets that fail", .timeLimit(.minutes(1)))
struct SocketFailureTests {
  func error(_ body: () async throws(CallError) -> Void) async -> CallError? {
    do throws(CallError) { try await body() } catch { return error }
    return nil
  }

  @Test("without a daemon the error says how to start one")
  func noDaemon() async throws {
    let world = try SocketWorld()
    let failure = await error { () async throws(CallError) in
      _ = try await SocketClient.connect(
        unixPath: world.path, group: world.group, options: ClientOptions(clientName: "test"))
    }
    #expect(failure?.code == .unavailable)
    #expect(failure?.message == "no daemon listens on \(world.path)")
    #expect(
      failure?.hint
        == "start it with `engined --config plugins.json`, or name another socket with --socket")
    try await world.end()
  }

  @Test("a TCP port on which nobody listens is named in the error")
  func noServer() async throws {
    let world = try SocketWorld()
    // Bound and not listening: the port is ours, and connecting to it is refused.
    let holder = try await DatagramBootstrap(group: world.group).bind(host: "127.0.0.1", port: 0)
      .get()
    let port = try #require(holder.localAddress?.port)
    let failure = await error { () async throws(CallError) in
      _ = try await SocketClient.connect(
        host: "127.0.0.1", port: port, group: world.group,
        options: ClientOptions(clientName: "test"))
    }
    #expect(failure?.code == .unavailable)
    #expect(failure?.message.hasPrefix("cannot connect to 127.0.0.1:\(port): ") == true)
    try await holder.close()
    try await world.end()
  }

  @Test("a client that reads nothing is cut at the limit; another on the same server is not")
  func slowReader() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen(
      budget: WriteBudget(limitBytes: 1 << 20, highBytes: 64 << 10, lowBytes: 16 << 10))
    let other = try await world.connect()
    let deaf = try await Self.deafClient(world)
    var requests = FrameEncoder.encode(.hello(Hello(maxFrameBytes: 1 << 20, clientName: "deaf")))
    for stream: UInt32 in 1...20 {
      FrameEncoder.append(.call(stream: stream, CallRequest(method: "big")), to: &requests)
    }
    try await deaf.writeAndFlush(ByteBuffer(bytes: requests))
    while await world.server.counters().slowReaders == 0 {
      #expect(try await other.call("echo", [1]) == [1])
    }
    #expect(await world.server.connections().map(\.clientName) == ["test"])
    deaf.close(promise: nil)
    await other.close()
    await listener.close()
    try await world.end()
  }

  @Test("a stream to a client that reads nothing waits, and costs no more than its marks")
  func streamWaits() async throws {
    let world = try SocketWorld()
    let budget = WriteBudget(limitBytes: 1 << 20, highBytes: 64 << 10, lowBytes: 16 << 10)
    let listener = try await world.listen(budget: budget)
    let deaf = try await Self.deafClient(world)
    var requests = FrameEncoder.encode(.hello(Hello(maxFrameBytes: 1 << 20, clientName: "deaf")))
    let request = CallRequest(method: "flood", initialCreditBytes: 16 << 20, isUnary: false)
    FrameEncoder.append(.call(stream: 1, request), to: &requests)
    try await deaf.writeAndFlush(ByteBuffer(bytes: requests))
    let other = try await world.connect()
    // The bytes that went out stop growing when the socket and the marks are full.
    var last: UInt64 = 0
    var still = 0
    while still < 200 {
      _ = try await other.call("echo", [1])
      let list = await world.server.connections()
      let out = try #require(list.first { $0.clientName == "deaf" || last == 0 }).bytesOut
      still = out == last && out > 0 ? still + 1 : 0
      last = out
    }
    #expect(last < 4 << 20)
    #expect(await world.server.counters().slowReaders == 0)
    deaf.close(promise: nil)
    await other.close()
    await listener.close()
    try await world.end()
  }

  @Test("a client that sends noise is told why and closed")
  func noise() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen()
    let transport = try await ClientBootstrap(group: world.group)
      .channelOption(.autoRead, value: false)
      .connect(unixDomainSocketPath: world.path) { channel in
        channel.eventLoop.makeCompletedFuture {
          try SocketTransport.install(on: channel, budget: WriteBudget())
        }
      }
    _ = transport.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    var decoder = FrameDecoder(maxPayloadBytes: 1 << 20)
    var frames: [Frame] = []
    reading: while true {
      switch await transport.receive() {
      case .bytes(let bytes):
        decoder.append(bytes)
        while let frame = try decoder.next() { frames.append(frame) }
      case .writable: break
      case .closed: break reading
      }
    }
    guard case .goAway(let notice)? = frames.first else {
      Issue.record("no GOAWAY: \(frames)")
      return
    }
    #expect(notice.reason.code == .protocolError)
    await listener.close()
    try await world.end()
  }

  @Test("closing the listener ends idle connections and frees the path for the next daemon")
  func close() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen()
    let client = try await world.connect()
    await listener.close("update")
    let failure = await error { () async throws(CallError) in _ = try await client.call("echo") }
    #expect(failure?.code == .unavailable)
    let next = try SocketFile.claim(world.path)
    UnixSystem.closeDescriptor(next.descriptor)
    next.release()
    try await world.end()
  }

  private static func deafClient(_ world: SocketWorld) async throws -> any Channel {
    try await ClientBootstrap(group: world.group)
      .channelOption(.autoRead, value: false)
      .connect(unixDomainSocketPath: world.path).get()
  }
}
