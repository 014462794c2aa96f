import EngineCore
import Foundation
import Notifications
import Support
import Testing

@testable import Notify

/// Programs that are run, and files that are written.
@Suite("Commands and files", .timeLimit(.minutes(1)))
struct CommandTests {
  private static let hostile = [
    "$(touch x)", "`id`; rm -rf .", "a\nb", "\"'\\", "--version", "*", "\u{0}end", "é😀",
  ]

  private func run(
    _ program: String, _ arguments: [String] = [], input: String = "", seconds: Double = 10,
    variables: [String] = []
  ) -> CommandCall.End {
    var call = CommandCall(program: program, directory: nil)
    call.arguments = arguments
    call.variables = variables
    call.input = Array(input.utf8)
    call.timeoutNanos = Int64(seconds * 1e9)
    return call.run()
  }

  @Test("arguments reach the program as they are", arguments: hostile)
  func arguments(value: String) throws {
    // The program compares: what it prints would be cleaned.
    let plain = String(value.unicodeScalars.filter { $0 != "\0" }.map { Character($0) })
    #expect(run("/usr/bin/test", [value, "=", plain]).isSuccess)
    #expect(!run("/usr/bin/test", [value, "=", plain + "x"]).isSuccess)
  }

  @Test("the payload is its standard input, and a failure says what it said")
  func input() {
    #expect(run("/bin/grep", ["-q", "needle"], input: "a needle").isSuccess)
    #expect(
      run("/bin/grep", ["-q", "needle"], input: "hay") == .init(isSuccess: false, text: "exit 1"))
    let end = run("/bin/ls", ["/nowhere/at/all"])
    #expect(end.text.hasPrefix("exit 2: ") && end.text.contains("/nowhere/at/all"))
    #expect(run("/nowhere/at/all").text.hasPrefix("not started"))
  }

  @Test("it sees no variables but its own")
  func environment() {
    let end = run("/usr/bin/env", [], variables: ["A=1; B=2"])
    #expect(end == .init(isSuccess: true, text: "exit 0: A=1; B=2"))
  }

  @Test("a program that does not end is killed, with all that it started")
  func killed() {
    let end = run("/bin/sh", ["-c", "sleep 1000 & sleep 1000"], seconds: 0.2)
    #expect(end == .init(isSuccess: false, text: "killed: it took too long"))
  }

  @Test("output without an end is dropped, and the program is killed")
  func endless() {
    let end = run("/usr/bin/yes", [], seconds: 0.3)
    #expect(!end.isSuccess)
    #expect(end.text.utf8.count < 2000)
  }

  @Test("lines that are written at the same time are all there, each whole")
  func crowdedFile() async throws {
    let folder = try Folder()
    let stage = try NotifyStage(
      #"{"name":"f","log":{"file":"\#(folder.path)/n.log","text":"{key}"},"concurrency":16}"#,
      receiver: nil)
    stage.outbox.add((0..<500).map { "r\($0)" }, to: ["f"], at: stage.clock.now())
    try await stage.until { stage.outbox.count("delivered") == 500 }
    let text = try String(contentsOfFile: "\(folder.path)/n.log", encoding: .utf8)
    #expect(
      text.split(separator: "\n").sorted()
        == stage.outbox.rows.map { "\($0.entry.key)@f"[...] }
        .sorted())
    try await stage.stop()
  }

  @Test("a line for each message; a line break in a value begins none")
  func file() async throws {
    let folder = try Folder()
    let stage = try NotifyStage(
      #"{"name":"f","log":{"file":"\#(folder.path)/n.log","text":"{rule} {message}"}}"#,
      receiver: nil)
    stage.outbox.add(["a", "a"], to: ["f"], at: stage.clock.now(), message: "x\ny")
    try await stage.until { stage.outbox.count("delivered") == 2 }
    let text = try String(contentsOfFile: "\(folder.path)/n.log", encoding: .utf8)
    #expect(text == "a x y\na x y\n")
    try await stage.stop()
  }
}
