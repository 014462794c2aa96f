import ArgumentParser
import BinaryProtocol
import EngineCore
import Testing

@testable import enginectl

@Suite("Failures and exit codes", .serialized, .timeLimit(.minutes(1)))
struct FailureTests {
  @Test("without a daemon the code is 69, and the message says what to do")
  func noDaemon() async throws {
    let run = try await CommandRun.run(["list"], socket: "/nonexistent/engine.sock")
    #expect(run.status == .unreachable)
    #expect(run.output == "")
    #expect(
      run.errors == """
        error: no daemon listens on /nonexistent/engine.sock
         hint: start it with `engined --config plugins.json`, or name another socket with --socket

        """)
  }

  @Test("with --json an error is JSON too")
  func json() async throws {
    let run = try await CommandRun.run(["list", "--json"], socket: "/nonexistent/engine.sock")
    let error = try JSONReader().read(run.errors)["error"]
    #expect(error?.integer("exit") == 69)
    #expect(error?.text("code") == "UNAVAILABLE")
    #expect(error?.text("message") == "no daemon listens on /nonexistent/engine.sock")
  }

  @Test("an error of the daemon is shown with its hint, and the code is 1")
  func refused() async throws {
    let error = CallError(.notFound, "no plugin \"smi\"", hint: "did you mean \"sim\"?")
    try await CannedDaemon.with(["plugins.status": .failure(error)]) { daemon in
      let run = try await CommandRun.run(["status", "smi"], socket: daemon.path)
      #expect(run.status == .refused)
      #expect(run.errors == "error: no plugin \"smi\"\n hint: did you mean \"sim\"?\n")
    }
  }

  @Test("a method that the daemon has not is refused with a word on versions")
  func unknownMethod() async throws {
    try await CannedDaemon.with([:]) { daemon in
      let run = try await CommandRun.run(["list"], socket: daemon.path)
      #expect(run.status == .refused)
      #expect(run.errors.contains("unknown method plugins.list"))
    }
  }

  @Test("no answer in time is 124")
  func timeout() async throws {
    try await CannedDaemon.with(["plugins.list": .silence]) { daemon in
      let run = try await CommandRun.run(["list", "--timeout", "50ms"], socket: daemon.path)
      #expect(run.status == .timedOut)
      #expect(run.errors.hasSuffix(" hint: raise --timeout\n"))
    }
  }

  @Test(
    "a reply that is not what the method promises is 70", arguments: ["", "{", "[]", "{}", "\u{0}"])
  func malformed(reply: String) async throws {
    try await CannedDaemon.with(["plugins.list": .reply(reply)]) { daemon in
      let run = try await CommandRun.run(["list"], socket: daemon.path)
      #expect(run.status == .malformed)
      #expect(run.errors.hasPrefix("error: the reply to plugins.list is damaged: "))
    }
  }

  @Test("somebody else's socket is 70")
  func otherProtocol() async throws {
    try await BabblingSocket.with("HTTP/1.1 400 Bad Request\r\n\r\n") { path in
      let run = try await CommandRun.run(["list"], socket: path)
      #expect(run.status == .malformed)
    }
  }

  @Test("a daemon that accepts and says nothing is 124")
  func silentPeer() async throws {
    try await BabblingSocket.with("") { path in
      let run = try await CommandRun.run(["list", "--timeout", "50ms"], socket: path)
      #expect(run.status == .timedOut)
    }
  }

  @Test("a path that no socket can have is a usage error")
  func longPath() async throws {
    let run = try await CommandRun.run(
      ["list"], socket: "/tmp/" + String(repeating: "x", count: 200))
    #expect(run.status == .usage)
    #expect(run.errors.contains("name a shorter path with --socket"))
  }

  @Test("an error about a path says which variable named it")
  func origin() {
    let location = SocketLocation(path: "a.sock", origin: .variable)
    let error = ControlError.connecting(
      CallError(.unavailable, "no daemon on a.sock"), to: location)
    #expect(error.message == "no daemon on a.sock (from ENGINE_SOCKET)")
  }

  @Test("a timeout says how long the limit was")
  func limit() {
    let late = CallError(.deadlineExceeded, "")
    let error = ControlError.calling("plugins.list", late, closed: nil, timeout: 1_500_000_000)
    #expect(error.message == "plugins.list: not done within 1.5s")
    #expect(error.status == .timedOut)
  }

  @Test("exit codes are those that are documented")
  func codes() {
    #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 64, 69, 70, 74, 124, 130])
    #expect(Enginectl.exitCode(for: ValidationError("wrong")).rawValue == ExitStatus.usage.rawValue)
  }
}
