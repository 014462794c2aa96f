import EngineCore
import Testing
import WebProtocol

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: echo", .timeLimit(.minutes(1)))
  struct EchoTests {
    @Test("messages come back as they were", arguments: [false, true])
    func messages(isCompressed: Bool) async throws {
      let stage = try await WebStage("\"echo\":true")
      let client = try await stage.client()
      _ = try await client.upgrade("/echo", isCompressed: isCompressed)
      // What compresses too well is taken for an attack.
      var random = SeededRandom(seed: 1)
      let large = (0..<3 << 20).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      client.send(.text, Array("ein Gruß".utf8))
      #expect(try await client.received() == .text("ein Gruß"))
      client.send(.binary, large)
      #expect(try await client.received() == .binary(large))
      client.send(.text, [])
      #expect(try await client.received() == .text(""))
      client.send(.close, [3, 232])
      #expect(try await client.closeCode() == .normal)
    }

    @Test("it is there when the configuration says so")
    func mounted() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      #expect(try await client.upgrade("/echo").status == 404)
    }

    @Test("who asks and never reads is not read either, and others go on")
    func stubborn() async throws {
      let stage = try await WebStage("\"echo\":true,\"write_buffer\":\"16KiB\"")
      let stubborn = try await stage.client()
      _ = try await stubborn.upgrade("/echo")
      for _ in 0..<16 { stubborn.send(.binary, [UInt8](repeating: 1, count: 1 << 20)) }
      let other = try await stage.client()
      _ = try await other.upgrade("/echo")
      other.send(.text, Array("still here".utf8))
      #expect(try await other.received() == .text("still here"))
    }
  }
}
