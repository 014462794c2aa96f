import EngineCore
import Foundation
import Testing

@testable import enginectl

@Suite("notify", .serialized, .timeLimit(.minutes(1)))
struct NotifyCommandTests {
  private static let plugins = Canned.plugins.replacing(
    #""name":"probe","type":"probe""#, with: #""name":"tell","type":"notify""#)

  private func run(
    _ words: [String], reply: String
  ) async throws -> (run: CommandRun, requests: [String]) {
    try await CannedDaemon.ask(["notify"] + words, plugins: Self.plugins, reply: reply)
  }

  private func request(_ command: String, _ arguments: String) -> String {
    #"plugins.command {"name":"tell","command":"\#(command)","arguments":\#(arguments)}"#
  }

  @Test("list shows how channels do")
  func list() async throws {
    let reply = """
      {"channels":[{"name":"ops","kind":"webhook","state":"held","waiting":1200,"delivered":7,\
      "failed":3,"dead":1,"origin":"configuration","last_result":"failed: HTTP 503"}]}
      """
    let (run, requests) = try await run(["list"], reply: reply)
    #expect(requests.last == request("list", "{}"))
    #expect(run.lines.first?.hasPrefix("CHANNEL  KIND     STATE  WAITING") == true)
    #expect(run.lines.last?.contains("1,200") == true)
    #expect(run.lines.last?.hasSuffix("failed: HTTP 503") == true)
  }

  @Test("dead and resend name channel and number")
  func dead() async throws {
    let (run, requests) = try await run(
      ["dead", "--channel", "ops", "-n", "5"],
      reply: """
        {"dead":[{"id":9,"time":"2026-01-02T00:00:00Z","channel":"ops","rule":"r",\
        "severity":"info","attempts":4,"title":"a\\u001bb","reason":"HTTP 400"}]}
        """)
    #expect(requests.last == request("dead", #"{"channel":"ops","limit":5}"#))
    #expect(run.lines.last?.contains("HTTP 400") == true)
    #expect(run.lines.last?.contains("\u{1b}") == false)
    let (again, asked) = try await self.run(
      ["resend", "ops", "--id", "9"], reply: #"{"channel":"ops","resent":1}"#)
    #expect(asked.last == request("resend", #"{"channel":"ops","id":9}"#))
    #expect(again.lines == ["1 wait again"])
  }

  @Test("a test that was not taken fails")
  func test() async throws {
    let (run, requests) = try await run(
      ["test", "ops"],
      reply: #"{"test":3,"done":true,"result":"refused","detail":"HTTP 401","took":"12ms"}"#)
    #expect(requests.contains(request("test", #"{"channel":"ops"}"#)))
    #expect(requests.last == request("tested", #"{"test":3}"#))
    #expect(run.lines == ["✗ ops  refused: HTTP 401 (12ms)"])
    #expect(run.status == .refused)
  }

  @Test("history asks for what was named", arguments: [["--rule", "r"], ["--key", "k"]])
  func history(words: [String]) async throws {
    let (run, requests) = try await run(["history"] + words, reply: #"{"attempts":[]}"#)
    let name = words[0].dropFirst(2)
    #expect(requests.last == request("history", #"{"\#(name)":"\#(words[1])","limit":50}"#))
    #expect(run.lines == ["nothing was tried"])
  }

  @Test("pause, resume and remove say what they did", arguments: ["pause", "resume", "remove"])
  func change(word: String) async throws {
    let (run, requests) = try await run([word, "ops"], reply: #"{"channel":"ops"}"#)
    #expect(requests.last == request(word, #"{"channel":"ops"}"#))
    #expect(run.lines.first?.hasPrefix("ops ") == true)
  }
}
