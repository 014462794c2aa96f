import BinaryProtocol
import Glibc
import NIOCore
import Testing
import Transport

@Suite("Calls over a Unix socket", .timeLimit(.minutes(1)))
struct UnixRoundTripTests {
  @Test("a unary call returns its reply and the handshake tells who the server is")
  func unary() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen()
    let client = try await world.connect()
    #expect(client.server.server.name == "engined")
    #expect(client.server.server.pid == UInt32(getpid()))
    #expect(client.server.server.epoch == 7)
    #expect(try await client.call("echo", [1, 2, 3]) == [1, 2, 3])
    let who = String(decoding: try await client.call("who"), as: UTF8.self)
    #expect(who == "\(getpid()) \(geteuid()) test")
    await client.close()
    await listener.close()
    try await world.end()
  }

  @Test("a stream delivers every message in order and ends")
  func stream() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen()
    let client = try await world.connect()
    var seen: [UInt8] = []
    for try await message in try await client.stream("count", [200], windowBytes: 40) {
      seen += message
    }
    #expect(seen == Array(0..<200))
    await client.close()
    await listener.close()
    try await world.end()
  }

  @Test("200 calls at a time on one connection each get their own reply")
  func concurrent() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen()
    let client = try await world.connect()
    let right = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask {
          let payload = [UInt8](repeating: UInt8(number), count: number * 10)
          return try await client.call("echo", payload, timeoutNanos: 30_000_000_000) == payload
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(right == 200)
    await client.close()
    await listener.close()
    try await world.end()
  }

  @Test("a large reply arrives whole")
  func large() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen()
    let client = try await world.connect()
    #expect(try await client.call("big").count == 512 << 10)
    await client.close()
    await listener.close()
    try await world.end()
  }
}
