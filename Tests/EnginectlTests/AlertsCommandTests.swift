import EngineCore
import Foundation
import Testing

@testable import enginectl

@Suite("alerts", .serialized, .timeLimit(.minutes(1)))
struct AlertsCommandTests {
  private static let plugins = Canned.plugins.replacing(
    #""name":"probe","type":"probe""#, with: #""name":"watch","type":"alerts""#)

  private func run(
    _ words: [String], reply: String, plugins: String = plugins
  ) async throws -> (run: CommandRun, requests: [String]) {
    try await CannedDaemon.ask(["alerts"] + words, plugins: plugins, reply: reply)
  }

  private func request(_ command: String, _ arguments: String) -> String {
    #"plugins.command {"name":"watch","command":"\#(command)","arguments":\#(arguments)}"#
  }

  @Test("list finds the plugin by its type, and shows what fires")
  func list() async throws {
    let reply = """
      {"rules":[{"id":"a","state":"firing","firing":2,"states":1200,"severity":"critical",\
      "last_fired":"2026-01-02T00:00:00Z","origin":"configuration","owner":null,\
      "when":"price(*) > 1"},{"id":"b","state":"waiting","firing":0,"states":0,\
      "severity":"info","last_fired":null,"origin":"command","when":"price(X) > 1"}],\
      "matching":3,"all":5,"states":1200,"silences":1}
      """
    let (run, requests) = try await run(["list", "--state", "firing", "-n", "2"], reply: reply)
    #expect(requests.last == request("list", #"{"state":["firing"],"limit":2}"#))
    #expect(
      run.lines == [
        "RULE  STATE    FIRING     OF  SEVERITY  LAST FIRED            FROM           WHEN",
        "a     firing        2  1,200  critical  2026-01-02T00:00:00Z  configuration  price(*) > 1",
        "b     waiting       0      0  info      -                     command        price(X) > 1",
        "… and 1 more: raise --limit", "5 rules, 1,200 states, 1 silences",
      ])
  }

  @Test("a list that is cut at the most that there may be says how to see the rest")
  func longList() async throws {
    let rows = Array(repeating: "{}", count: AlertQuery.limitMax).joined(separator: ",")
    let (run, _) = try await run(
      ["list", "-n", "10000"], reply: "{\"rules\":[\(rows)],\"matching\":10003}")
    #expect(run.lines.contains("… and 3 more: ask for some with --rule"))
  }

  private static let shown = """
    {"rule":{"id":"a","when":"price(A) > 1","severity":"info"},"origin":"command",\
    "enabled":false,"expired":false,"states":[{"symbol":"A","state":"firing","generation":3,\
    "since":"2026-01-02T00:00:00Z","last_fired":"2026-01-02T00:00:00Z","value":"1.5",\
    "threshold":"1","silenced":true,"flapping":false,"suppressed":2}],"more_states":1}
    """

  @Test("show prints the rule and its states")
  func show() async throws {
    let (run, requests) = try await run(["show", "a"], reply: Self.shown)
    #expect(requests.last == request("show", #"{"rule":"a"}"#))
    #expect(
      run.lines == [
        "id              a", "when            price(A) > 1", "severity        info",
        "from            command", "it is disabled",
        "SYMBOL  STATE   FIRINGS  SINCE                 VALUE  THRESHOLD  NOTES",
        "A       firing        3  2026-01-02T00:00:00Z    1.5          1  silenced, 2 held back",
        "… and 1 more",
      ])
  }

  @Test("add sends the rule as files have it")
  func add() async throws {
    let (_, requests) = try await run(
      [
        "add", "a", "--when", "price(A) > 1", "--for", "5s", "--notify", "mail", "--notify", "log",
        "--once", "--force", "--plugin", "x",
      ], reply: Self.shown)
    #expect(
      requests == [
        #"plugins.command {"name":"x","command":"add","arguments":{"rule":{"id":"a","when":"price(A) > 1","#
          + #""for":"5s","once":true,"notify":["mail","log"]},"force":true}}"#
      ])
  }

  @Test("a wrong rule is told with its column, before anybody is asked")
  func wrong() async throws {
    let (run, requests) = try await run(
      ["add", "a", "--when", "change(A, 5m) > 2"], reply: Self.shown)
    #expect(run.status == .usage)
    #expect(
      run.errors.contains(
        #"when:17: expected a percentage such as 2%, found 2; did you mean "2%"?"#), "\(run.errors)"
    )
    #expect(requests.isEmpty)
  }

  @Test(
    "each change is one command",
    arguments: [
      (["remove", "a"], "remove", #"{"rule":"a"}"#, "a removed"),
      (["enable", "a"], "enable", #"{"rule":"a"}"#, "id              a"),
      (["disable", "a"], "disable", #"{"rule":"a"}"#, "id              a"),
      (
        ["ack", "a", "B", "--by", "me"], "ack", #"{"rule":"a","symbol":"B","by":"me"}"#,
        "2 acknowledged"
      ),
      (
        ["silence", "--rule", "a*", "--for", "1h", "--comment", "why"], "silence",
        #"{"rule":"a*","for":"1h","comment":"why"}"#,
        "ID  RULE  SYMBOL  OWNER  UP TO  UNTIL  BY  COMMENT"
      ),
      (["silence"], "silences", "{}", "nothing is silenced"),
      (["silence", "--remove", "s1"], "unsilence", #"{"id":"s1"}"#, "s1 has ended"),
    ])
  func changes(words: [String], command: String, arguments: String, line: String) async throws {
    let reply =
      command == "ack"
      ? #"{"acknowledged":2}"#
      : command == "remove"
        ? #"{"removed":"a"}"#
        : command == "silence"
          ? #"{"id":"s","rule":"a*"}"# : command == "silences" ? "{}" : Self.shown
    let (run, requests) = try await run(words, reply: reply)
    #expect(requests.last == request(command, arguments))
    #expect(run.lines.first == line)
  }

  @Test("history and explanations are tables")
  func tables() async throws {
    let history = """
      {"transitions":[{"number":1,"rule":"a","symbol":"A","from":"inactive","to":"firing",\
      "reason":"the condition became true","delivery":"notified","flapping":true,\
      "generation":1,"value":"1.5","threshold":"1","time":"2026-01-02T00:00:00Z","cause":17}]}
      """
    let (shown, requests) = try await run(["history", "--rule", "a"], reply: history)
    #expect(requests.last == request("history", #"{"rule":"a","limit":50}"#))
    #expect(
      shown.lines.last
        == "2026-01-02T00:00:00Z  a     A       firing  1    1.5          1     17  notified  "
        + "the condition became true (flapping)")
    let explanation = """
      {"rule":"a","symbol":"A","when":"price(A) > 1","clear":null,"state":"inactive",\
      "time":"2026-01-02T00:00:00Z","parts":[{"key":"when","part":"price(A) > 1",\
      "values":["0.5","1"],"true":false}],"reasons":["the condition is not true"]}
      """
    let (explained, _) = try await run(["explain", "a"], reply: explanation)
    #expect(
      explained.lines == [
        "a for A: inactive at 2026-01-02T00:00:00Z", "  when: price(A) > 1",
        "  OF    PART          VALUES  IS", "  when  price(A) > 1  0.5, 1  false",
        "  - the condition is not true",
      ])
  }

  @Test("more history than one answer holds comes page after page")
  func historyPages() async throws {
    func page(_ numbers: some Sequence<Int>) -> String {
      let rows = numbers.map { #"{"number":\#($0),"rule":"a"}"# }
      return #"{"reply":{"transitions":[\#(rows.joined(separator: ","))]}}"#
    }
    let pages = [page((301...800).reversed()), page((281...300).reversed())]
    try await CannedDaemon.with([
      "plugins.list": .reply(Self.plugins), "plugins.command": .pages(pages),
    ]) { daemon in
      let run = try await CommandRun.run(
        ["alerts", "history", "-n", "700", "--json"], socket: daemon.path)
      let found = try JSONReader().read(run.output)["transitions"]?.array ?? []
      #expect(found.compactMap { $0["number"]?.int64 } == (281...800).reversed())
      #expect(
        daemon.requests.filter { $0.hasPrefix("plugins.command") } == [
          request("history", #"{"limit":500}"#), request("history", #"{"before":301,"limit":200}"#),
        ])
    }
  }

  @Test("without a plugin that watches rules, or with two, it says what to do")
  func targets() async throws {
    let (none, _) = try await run(["list"], reply: "{}", plugins: Canned.plugins)
    #expect(none.status == .refused && none.errors.contains("no plugin watches rules"))
    let two = Self.plugins.replacing(
      #""name":"replay","type":"replay""#, with: #""name":"other","type":"alerts""#)
    let (both, _) = try await run(["list"], reply: "{}", plugins: two)
    #expect(both.errors.contains("name one with --plugin: watch, other"))
  }

  @Test(
    "wrong usage is told",
    arguments: [
      (["add"], "name an id, or a --file"), (["add", "a"], "say when it fires"),
      (["silence", "--rule", "a"], "say how long"), (["silence", "--for", "1h"], "say what"),
      (["silence", "--remove", "a", "--rule", "b"], "--remove stands alone"),
      (["list", "--state", "burning"], "--state is one of"), (["list", "-n", "0"], "--limit"),
      (["list", "-n", "10001"], "--limit is 1 to 10000"),
      (["history", "-n", "0"], "--limit"), (["test", "x"], "--data"),
      (["test", "x", "--data", "f", "--when", "y"], "the condition is the argument itself"),
    ])
  func usage(words: [String], message: String) {
    let error = CommandRun.usageError(["alerts"] + words) ?? "accepted"
    #expect(error.contains(message), "\(error)")
  }

  // MARK: On files

  private static let ticks = """
    ts_ns,symbol,price,size
    1000000000,A,1.0,1
    2000000000,A,1.2,1
    3000000000,B,9.0,1
    9000000000,A,1.3,1
    10000000000,A,0.9,1
    70000000000,A,1.4,1
    """

  private func test(_ words: [String]) async throws -> CommandRun {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "tickwire-\(UUID().uuidString).csv")
    try Data((Self.ticks + "\n").utf8).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    return try await CommandRun.run(
      ["alerts", "test"] + words + ["--data", path.path(percentEncoded: false)])
  }

  @Test("test says when a condition would have fired, without a daemon")
  func file() async throws {
    let run = try await test(["price(A) > 1.1", "--for", "5s"])
    #expect(run.status == .done, "\(run.errors)")
    #expect(
      run.lines == [
        "TIME                  RULE  SYMBOL  TO        N  VALUE  THRESHOLD  CAUSE  TOLD  WHY",
        "1970-01-01T00:00:02Z  test  A       pending   0    1.2        1.1      2  none  "
          + "the condition became true",
        "1970-01-01T00:00:07Z  test  A       firing    1    1.2        1.1      4  none  "
          + "the condition held long enough",
        "1970-01-01T00:00:10Z  test  A       resolved  1    0.9        1.1      5  none  "
          + "the condition cleared",
        "1970-01-01T00:01:10Z  test  A       pending   1    1.4        1.1      6  none  "
          + "the condition became true",
        "6 ticks, 1 firings, 0 notifications",
      ])
  }

  @Test("test makes the bars that a rule reads")
  func fileWithBars() async throws {
    let run = try await test(["bar(A, 1m).close > 0.5", "--notify", "mail", "--json"])
    let reply = try JSONReader().read(run.output)
    #expect(reply["ticks"]?.int64 == 6)
    #expect(reply["firings"]?.int64 == 1)
    #expect(reply["notifications"]?.int64 == 1)
    let firing = reply["transitions"]?.array?.first
    #expect(firing?["time"]?.string == "1970-01-01T00:01:10Z")
    #expect(firing?["value"]?.string == "0.9")
  }

  @Test("test explains how things are at the end")
  func fileExplained() async throws {
    let run = try await test(["price(*) > 100", "--explain"])
    #expect(run.lines.first == "nothing has happened")
    #expect(run.lines.contains { $0.hasPrefix("test for A: inactive") }, "\(run.output)")
    #expect(run.lines.contains { $0.hasPrefix("test for B: inactive") })
    #expect(run.lines.contains("  - the condition is not true"))
  }

  @Test("test tells a file that is not there, and a condition that is none")
  func fileFaults() async throws {
    let missing = try await CommandRun.run(
      ["alerts", "test", "price(A) > 1", "--data", "/nowhere/ticks.csv"])
    #expect(missing.status == .refused && missing.errors.contains("/nowhere/ticks.csv"))
    let wrong = try await test(["price(A) >"])
    #expect(wrong.status == .usage && wrong.errors.contains("when:11"), "\(wrong.errors)")
  }
}
