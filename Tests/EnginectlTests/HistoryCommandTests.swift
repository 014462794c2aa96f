import EngineCore
import Testing

@testable import enginectl

@Suite("history and db", .serialized, .timeLimit(.minutes(1)))
struct HistoryCommandTests {
  private func run(
    _ words: [String], _ answers: [String: CannedAnswer]
  ) async throws -> (run: CommandRun, requests: [String]) {
    var result: (CommandRun, [String])?
    try await CannedDaemon.with(answers) { daemon in
      let run = try await CommandRun.run(words, socket: daemon.path)
      result = (run, daemon.requests)
    }
    return try #require(result)
  }

  private static let bar = """
    {"start":"2024-01-15T10:00:00Z","end":"2024-01-15T10:01:00Z","open":1.1,"high":1.2,"low":1.05,\
    "close":1.15,"volume":12,"notional":13.5,"buy_volume":3,"count":3,"state":"amended",\
    "revision":2,"flags":["inexact"]}
    """
  private static let later = bar.replacing("10:00:00", with: "10:02:00")

  @Test("bars are asked for page by page, behind the last one")
  func pages() async throws {
    let pages = [
      #"{"bars":[\#(Self.bar)],"more":true}"#, #"{"bars":[\#(Self.later)],"more":false}"#,
    ]
    let (run, requests) = try await run(
      ["history", "bars", "EURUSD", "1m", "--from", "2024-01-15", "--format", "csv"],
      ["history.bars": .pages(pages)])
    #expect(
      requests == [
        #"history.bars {"symbol":"EURUSD","spec":"1m","from":"2024-01-15T00:00:00Z","limit":1000}"#,
        #"history.bars {"symbol":"EURUSD","spec":"1m","#
          + #""from":"2024-01-15T10:00:00.000000001Z","limit":999}"#,
      ])
    #expect(
      run.lines == [
        "start,end,open,high,low,close,volume,count,state,revision",
        "2024-01-15T10:00:00Z,2024-01-15T10:01:00Z,1.1,1.2,1.05,1.15,12,3,amended,2",
        "2024-01-15T10:02:00Z,2024-01-15T10:01:00Z,1.1,1.2,1.05,1.15,12,3,amended,2",
      ])
  }

  @Test("a limit ends it, and a table has the rows of all pages")
  func table() async throws {
    let pages = [
      #"{"bars":[\#(Self.bar)],"more":true}"#, #"{"bars":[\#(Self.later)],"more":true}"#,
    ]
    let (run, requests) = try await run(
      ["history", "bars", "EURUSD", "1m", "-n", "2"], ["history.bars": .pages(pages)])
    #expect(requests.count == 2 && requests[1].hasSuffix(#""limit":1}"#))
    #expect(run.lines.count == 3)
    #expect(run.lines[0].hasPrefix("START                 END"))
    #expect(run.lines[1].contains("1.1   1.2  1.05   1.15      12"))
    let none = try await self.run(
      ["history", "bars", "EURUSD", "1m"],
      ["history.bars": .reply(#"{"bars":[],"more":false}"#)])
    #expect(none.run.lines == ["no bars"])
  }

  @Test("ticks go on behind a position, and are lines of JSON with --json")
  func ticks() async throws {
    let tick = #"{"seq":7,"kind":"trade","time":"2024-01-15T10:00:00Z","price":1.5,"size":null}"#
    let pages = [
      #"{"ticks":[\#(tick)],"next":7,"recorded_from":1}"#,
      #"{"ticks":[],"next":null,"recorded_from":1}"#,
    ]
    let (run, requests) = try await run(
      ["history", "ticks", "EURUSD", "-n", "0", "--json"], ["history.ticks": .pages(pages)])
    #expect(
      requests == [
        #"history.ticks {"symbol":"EURUSD","kinds":["trade"],"limit":1000}"#,
        #"history.ticks {"symbol":"EURUSD","kinds":["trade"],"after":7,"limit":1000}"#,
      ])
    #expect(run.lines == [tick])
  }

  @Test("series are a table")
  func series() async throws {
    let reply = """
      {"series":[{"symbol":"EURUSD","spec":"1m","bars":1234,"first":"2024-01-15T10:00:00Z",\
      "last":"2024-01-16T10:00:00Z"}]}
      """
    let (run, _) = try await run(["history", "series"], ["history.series": .reply(reply)])
    #expect(
      run.lines == [
        "SYMBOL  SPEC   BARS  FIRST                 LAST",
        "EURUSD  1m    1,234  2024-01-15T10:00:00Z  2024-01-16T10:00:00Z",
      ])
  }

  private static let plugins = Canned.plugins.replacing(
    #""name":"probe","type":"probe""#, with: #""name":"kept","type":"history""#)

  @Test("db shows the store with its migrations, and brings it to a version")
  func database() async throws {
    let status = """
      {"store":"run/h.sqlite","version":1,"newest_version":2,"migrations":[{"version":1,\
      "summary":"bars"},{"version":2,"summary":"totals"}],"bytes":4096,"stored_through":1234,\
      "is_catching_up":true,"waiting":5,"trouble":null}
      """
    let shown = try await CannedDaemon.ask(["db", "status"], plugins: Self.plugins, reply: status)
    #expect(shown.run.lines.first?.hasPrefix("run/h.sqlite: version 1, 4") == true)
    #expect(
      Array(shown.run.lines.dropFirst()) == [
        "stored through 1,234, 5 bars wait", "bars that were missed are read from the log",
        "VERSION  APPLIED  WHAT IT BRINGS", "      1  yes      bars", "      2  no       totals",
      ])
    let down = try await CannedDaemon.ask(
      ["db", "migrate", "--to", "1"], plugins: Self.plugins,
      reply: #"{"from":2,"to":1,"released":true}"#)
    #expect(
      down.requests.last
        == #"plugins.command {"name":"kept","command":"migrate","arguments":{"to":1}}"#)
    #expect(down.run.lines.first == "the store went from version 2 to 1")
    #expect(down.run.lines.count == 2)
  }

  @Test("what cannot be is refused before anything is asked")
  func wrong() {
    for words in [
      ["history", "bars", "A", "x"], ["history", "bars", "A", "1m", "-n", "-1"],
      ["history", "ticks", "A", "--from", "2024-02-02", "--to", "2024-02-01"],
      ["history", "ticks", "A", "--from", "soon"], ["db", "migrate", "--to", "-1"],
    ] {
      #expect(CommandRun.usageError(words) != nil, "\(words)")
    }
  }
}
