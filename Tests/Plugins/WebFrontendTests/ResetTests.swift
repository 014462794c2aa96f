import EngineCore
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: clients that are gone before they are answered", .timeLimit(.minutes(1)))
  struct ResetTests {
    private static let upgrade = """
      GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r
      Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Version: 13\r\n\r\n
      """

    /// What is answered by closing the connection.
    private static let last: [(name: String, bytes: [UInt8])] = [
      ("a request that is none", Array("nonsense\r\n\r\n".utf8)),
      ("a request without a host", Array("GET / HTTP/1.1\r\n\r\n".utf8)),
      ("one that is the last", Array("GET / HTTP/1.0\r\n\r\n".utf8)),
      ("a frame that is not masked", Array(upgrade.utf8) + [0x81, 1, 0x41]),
      ("a close", Array(upgrade.utf8) + [0x88, 0x80, 0, 0, 0, 0]),
      ("a binary message", Array(upgrade.utf8) + [0x82, 0x80, 0, 0, 0, 0]),
    ]

    @Test("an answer that cannot be written ends the connection and nothing else")
    func resets() async throws {
      let stage = try await WebStage()
      // Whether the end has come before the answer is written is a race: often enough it has.
      for round in 0..<100 {
        let bytes = Self.last[round % Self.last.count].bytes
        let channel = try await ClientBootstrap(group: stage.group)
          .connect(host: stage.address.host, port: stage.address.port).get()
        let options = try #require(channel as? any SocketOptionProvider)
        try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        // It throws when the server was quicker.
        _ = try? await channel.close()
      }
      try await stage.until { $0["connections"]?.int64 == 0 }
      let client = try await stage.client()
      #expect(try await client.ask("GET", "/ready").status == 200)
    }
  }
}
