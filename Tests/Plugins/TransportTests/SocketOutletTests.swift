import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Transport

@Suite("Writing straight to a socket", .timeLimit(.minutes(1)))
struct SocketOutletTests {
  /// Two connected sockets, closed with it.
  final class Pair {
    let descriptors: [CInt]

    init() throws {
      var pair: [CInt] = [0, 0]
      let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
      let result = unsafe socketpair(AF_UNIX, kind, 0, &pair)
      try #require(result == 0)
      descriptors = pair
    }

    deinit { for descriptor in descriptors where descriptor >= 0 { close(descriptor) } }

    /// What can be read now.
    func read() -> [UInt8] {
      var all: [UInt8] = []
      var bytes = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = unsafe Glibc.read(descriptors[1], &bytes, bytes.count)
        guard count > 0 else { return all }
        all += bytes[..<count]
      }
    }
  }

  private func buffers(_ sizes: [Int]) -> (buffers: [ByteBuffer], bytes: [UInt8]) {
    var next: UInt8 = 0
    var all: [UInt8] = []
    let buffers = sizes.map { size in
      let bytes = (0..<size).map { _ in
        next &+= 7
        return next
      }
      all += bytes
      return ByteBuffer(bytes: bytes)
    }
    return (buffers, all)
  }

  @Test(
    "takes one buffer or several, in order",
    arguments: [[1], [12, 1000], [0, 5, 0, 7], [Int](repeating: 3, count: 64)])
  func order(sizes: [Int]) throws {
    let pair = try Pair()
    let (buffers, bytes) = buffers(sizes)
    let outcome = SocketOutlet().write(buffers, to: pair.descriptors[0])
    #expect(outcome == .written(bytes.count))
    let isSame = pair.read() == bytes
    #expect(isSame)
  }

  @Test("says how much a full socket took, and nothing when it takes nothing")
  func full() throws {
    let pair = try Pair()
    let outlet = SocketOutlet()
    let (large, bytes) = buffers([300_000, 5_000_000])
    guard case .written(let first) = outlet.write(large, to: pair.descriptors[0]) else {
      Issue.record("the socket is whole")
      return
    }
    #expect(first > 0 && first < bytes.count)
    #expect(outlet.write(large, to: pair.descriptors[0]) == .written(0))
    let isSame = pair.read().elementsEqual(bytes[..<first])
    #expect(isSame)
  }

  @Test("a broken connection is an outcome, not a signal")
  func broken() throws {
    let pair = try Pair()
    close(pair.descriptors[1])
    #expect(SocketOutlet().write([ByteBuffer(string: "x")], to: pair.descriptors[0]) == .failed)
    let two = [ByteBuffer(string: "x"), ByteBuffer(string: "y")]
    #expect(SocketOutlet().write(two, to: pair.descriptors[0]) == .failed)
  }

  @Test("finds the descriptor of a channel's socket")
  func descriptor() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let server = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
    let isFound = try await server.eventLoop.submit {
      SocketOutlet.descriptor(of: server).map { $0 >= 0 } ?? false
    }.get()
    #expect(isFound)
    try await server.close()
  }
}
