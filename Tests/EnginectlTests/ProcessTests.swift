import BinaryProtocol
import Foundation
import Testing

@testable import enginectl

@Suite("The program itself", .serialized, .timeLimit(.minutes(1)))
struct ProcessTests {
  @Test("without a daemon it ends with 69")
  func noDaemon() async throws {
    let program = try Program.start(["list"], socket: "/nonexistent/engine.sock")
    #expect(await program.end() == 69)
  }

  @Test("wrong usage ends with 64")
  func usage() async throws {
    let program = try Program.start(["start"], socket: "/nonexistent/engine.sock")
    #expect(await program.end() == 64)
  }

  @Test("SIGINT and SIGTERM end a stream well", arguments: [SIGINT, SIGTERM])
  func stream(signal: Int32) async throws {
    let events = ["[\(Canned.trade)]"]
    try await CannedDaemon.with(["events.tap": .stream(events, goesOn: true)]) { daemon in
      let program = try Program.start(["tap"], socket: daemon.path)
      // The first line shows that it is in the middle of its stream.
      #expect(await program.readSome().contains("trade.EURUSD"))
      program.send(signal)
      let code = await program.end()
      #expect(code == 0, "\(program.errors())")
    }
  }

  @Test("SIGINT ends a question with 130", arguments: [SIGINT, SIGTERM])
  func question(signal: Int32) async throws {
    try await CannedDaemon.with(["plugins.list": .silence]) { daemon in
      let program = try Program.start(["list"], socket: daemon.path)
      try await daemon.wasAsked()
      program.send(signal)
      #expect(await program.end() == 130)
    }
  }

  @Test("a reader that leaves ends it without a word")
  func brokenPipe() async throws {
    let messages = [String](repeating: "[\(Canned.trade)]", count: 5000)
    try await CannedDaemon.with(["events.tap": .stream(messages, goesOn: true)]) { daemon in
      let program = try Program.start(["tap"], socket: daemon.path)
      _ = await program.readSome()
      program.closeOutput()
      #expect(await program.end() == 0)
      #expect(program.errors() == "")
    }
  }
}
