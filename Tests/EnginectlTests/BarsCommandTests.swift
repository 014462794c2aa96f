import EngineCore
import Foundation
import Testing

@testable import enginectl

@Suite("bars", .serialized, .timeLimit(.minutes(1)))
struct BarsCommandTests {
  private static let plugins = Canned.plugins.replacing(
    #""name":"probe","type":"probe""#, with: #""name":"ohlc","type":"bars""#)

  private func run(
    _ words: [String], reply: String, plugins: String = plugins
  ) async throws -> (run: CommandRun, requests: [String]) {
    try await CannedDaemon.ask(["bars"] + words, plugins: plugins, reply: reply)
  }

  private static let list = """
    {"specs":[{"spec":"1m","calendar":"utc","instruments":1200},\
    {"spec":"1d~fx17","calendar":"fx17","instruments":3}],"watermark":"2024-01-15T10:00:00Z",\
    "trades":12345,"quotes":0,"closed":100,"amended":2,"void":1,"late":4,\
    "late_dropped_total":1,"corrections":3,"inexact":0}
    """

  @Test("list finds the plugin that makes bars by its type")
  func list() async throws {
    let (run, requests) = try await run(["list"], reply: Self.list)
    #expect(
      requests.last == #"plugins.command {"name":"ohlc","command":"list","arguments":{}}"#)
    #expect(
      run.lines == [
        "SPEC     CALENDAR  INSTRUMENTS", "1m       utc             1,200",
        "1d~fx17  fx17                3", "complete through 2024-01-15T10:00:00Z",
        "12,345 trades, 0 quotes; 100 bars closed, 2 amended, 1 void",
        "4 late ticks, 1 of them dropped; 3 corrections, 0 bars inexact",
      ])
  }

  @Test("show prints a table, and asks for what it was told to")
  func show() async throws {
    let reply = """
      {"symbol":"EURUSD","spec":"1m","bars":[{"start":"2024-01-15T10:00:00Z","open":1.1,"high":1.2,\
      "low":1.05,"close":1.15,"volume":12,"count":3,"state":"amended","revision":2,\
      "flags":["inexact"]},{"start":"2024-01-15T10:01:00Z","state":"empty"}]}
      """
    let (run, requests) = try await run(
      ["show", "EURUSD", "1m", "-n", "2", "--fill", "null"], reply: reply)
    #expect(
      requests.last == #"plugins.command {"name":"ohlc","command":"show","arguments":"#
        + #"{"symbol":"EURUSD","spec":"1m","last":2,"fill":"null"}}"#
    )
    #expect(
      run.lines == [
        "START                 OPEN  HIGH   LOW  CLOSE  VOLUME  N  STATE    REV  NOTES",
        "2024-01-15T10:00:00Z   1.1   1.2  1.05   1.15      12  3  amended    2  inexact",
        "2024-01-15T10:01:00Z     -     -     -      -       -  -  empty      -",
      ])
  }

  @Test("changes name the spec, and the plugin where it is given")
  func changes() async throws {
    let add = try await run(["add", "5m", "A", "B", "--plugin", "x"], reply: Self.list)
    #expect(
      add.requests == [
        #"plugins.command {"name":"x","command":"add","arguments":{"spec":"5m","instruments":["A","B"]}}"#
      ])
    let remove = try await run(["remove", "5m"], reply: Self.list)
    #expect(
      remove.requests.last
        == #"plugins.command {"name":"ohlc","command":"remove","arguments":{"spec":"5m"}}"#)
  }

  @Test("without a plugin that makes bars, or with two, it says what to do")
  func which() async throws {
    let none = try await run(["list"], reply: "{}", plugins: Canned.plugins)
    #expect(none.run.status == .refused)
    #expect(none.run.errors.contains("no plugin makes bars"))
    let two = try await run(
      ["list"], reply: "{}",
      plugins: Self.plugins.replacing(
        #""name":"sim","type":"generator""#, with: #""name":"b2","type":"bars""#))
    #expect(two.run.errors.contains("name one with --plugin: b2, ohlc"))
  }

  @Test("compute makes bars of a file without a daemon")
  func compute() async throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "compute-\(ProcessInfo.processInfo.processIdentifier).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    let text = """
      ts_ns,symbol,price,size
      1705312800000000000,A,10.5,2
      1705312859999999999,A,11,1
      1705312860000000000,A,12,1
      1705312801000000000,"B,C",1,4

      """
    try Data(text.utf8).write(to: file)
    let run = try await CommandRun.run(
      ["bars", "compute", file.path, "--spec", "1m"], socket: "nowhere")
    #expect(
      run.lines == [
        "bucket_start_ns,bucket_end_ns,symbol,open,high,low,close,volume,notional,count",
        "1705312800000000000,1705312860000000000,A,10.5,11,10.5,11,3,32,2",
        "1705312800000000000,1705312860000000000,\"B,C\",1,1,1,1,4,4,1",
        "1705312860000000000,1705312920000000000,A,12,12,12,12,1,12,1",
      ])
    let two = try await CommandRun.run(
      ["bars", "compute", file.path, "--spec", "1h", "--spec", "2v", "--only", "A"],
      socket: "nowhere")
    #expect(
      two.lines == [
        "spec,bucket_start_ns,bucket_end_ns,symbol,open,high,low,close,volume,notional,count,"
          + "close_ts_ns,ordinal",
        "1h,1705312800000000000,1705316400000000000,A,10.5,12,10.5,12,4,44,3,,",
        "2v,1705312800000000000,1705312800000000001,A,10.5,10.5,10.5,10.5,2,21,1,"
          + "1705312800000000000,1",
        "2v,1705312859999999999,1705312860000000001,A,11,12,11,12,2,23,2,1705312860000000000,2",
      ])
    let missing = try await CommandRun.run(
      ["bars", "compute", "/nowhere.csv", "--spec", "1m"], socket: "nowhere")
    #expect(missing.status == .refused)
    #expect(missing.errors.contains("no such file"))
  }

  @Test(
    "what is no spec is wrong usage",
    arguments: [
      ["show", "A", "1x"], ["add", "m"], ["compute", "f", "--spec", "0m"],
      ["show", "A", "1m", "-n", "0"],
    ])
  func usage(words: [String]) {
    #expect(CommandRun.usageError(["bars"] + words) != nil)
  }
}
