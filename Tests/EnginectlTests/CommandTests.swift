import BinaryProtocol
import EngineCore
import Testing

@testable import enginectl

@Suite("Commands against a daemon", .serialized, .timeLimit(.minutes(1)))
struct CommandTests {
  @Test("list shows a table of the plugins")
  func list() async throws {
    try await CannedDaemon.with(["plugins.list": .reply(Canned.plugins)]) { daemon in
      let run = try await CommandRun.run(["list"], socket: daemon.path)
      #expect(run.status == .done)
      #expect(
        run.lines == [
          "NAME    TYPE       STATE     SINCE   IN/S   OUT/S     LAG  RESTARTS  LAST ERROR",
          "sim     generator  running  3m 12s      0  10,026       -         0  -",
          "probe   probe      paused    2h 0m  9,999       0  40,000         2  queue full",
          "replay  replay     backoff      6s      0       0       -         3  "
            + "ticks.csv.gz: no such file (retry in 8s)",
        ])
      let names = try await CommandRun.run(["list", "--names"], socket: daemon.path)
      #expect(names.lines == ["sim", "probe", "replay"])
      let json = try await CommandRun.run(["list", "--json"], socket: daemon.path)
      #expect(json.lines == [Canned.plugins])
    }
  }

  @Test("status shows all of one plugin")
  func status() async throws {
    let reply =
      Canned.probe.dropLast() + """
        ,"summary":"Counts what it sees","source_id":null,"consumes":["trade","quote"],\
        "produces":[],"commands":[{"name":"reset","summary":"start at zero"}],\
        "config":{"subjects":["trade.*"],"token":"***"}}
        """
    try await CannedDaemon.with(["plugins.status": .reply(String(reply))]) { daemon in
      let run = try await CommandRun.run(["status", "probe"], socket: daemon.path)
      #expect(daemon.requests == [#"plugins.status {"name":"probe"}"#])
      #expect(
        run.output == """
          probe  paused for 2h 0m
            type       probe — Counts what it sees
            lane       main
            since      2026-01-02T10:34:56Z
            consumes   trade, quote
            produces   -
            in         1,200,000 events, 9,999 a second
            out        0 events, 0 a second
            reader     drop-oldest, lag 40,000, dropped 32, conflated 0, gaps 1
            output     held 0, refused 0, stalls 0
            hop        p50 1.25µs, p99 12.3ms
            restarts   2
            last error queue full
            commands
              reset  start at zero
            config
              {
                "subjects": [
                  "trade.*"
                ],
                "token": "***"
              }

          """)
    }
  }

  @Test(
    "changes name their plugins, or all",
    arguments: [
      ("start", ["sim"], #"{"names":["sim"]}"#), ("stop", ["a", "b"], #"{"names":["a","b"]}"#),
      ("restart", ["--all"], #"{"all":true}"#), ("pause", ["sim"], #"{"names":["sim"]}"#),
      ("resume", ["sim"], #"{"names":["sim"]}"#),
    ])
  func change(command: String, words: [String], request: String) async throws {
    let reply =
      #"{"results":[{"name":"sim","ok":true,"state":"running","error":null,"hint":null}]}"#
    try await CannedDaemon.with(["plugins.\(command)": .reply(reply)]) { daemon in
      let run = try await CommandRun.run([command] + words, socket: daemon.path)
      #expect(run.status == .done)
      #expect(run.lines == ["✓ sim  running"])
      #expect(daemon.requests == ["plugins.\(command) \(request)"])
    }
  }

  @Test("a plugin that fails to start is told with its hint, and the code is 1")
  func failedChange() async throws {
    let reply = """
      {"results":[{"name":"sim","ok":true,"state":"running","error":null,"hint":null},\
      {"name":"web","ok":false,"state":"failed","error":"port 8000 is in use",\
      "hint":"choose another port"}]}
      """
    try await CannedDaemon.with(["plugins.start": .reply(reply)]) { daemon in
      let run = try await CommandRun.run(["start", "--all"], socket: daemon.path)
      #expect(run.status == .refused)
      #expect(
        run.lines == [
          "✓ sim  running", "✗ web  failed  port 8000 is in use", "  hint: choose another port",
        ])
      #expect(run.errors == "")
      let json = try await CommandRun.run(["start", "--all", "--json"], socket: daemon.path)
      #expect(json.status == .refused)
      #expect(json.lines == [reply])
    }
  }

  @Test("reload shows its plan")
  func reload() async throws {
    let reply = """
      {"applied":false,"faults":[],"plan":{"added":["web"],"removed":["old"],"changed":\
      [{"name":"sim","paths":["config.seed","config.interval"]}],"unchanged":["bars"],\
      "live":["engine.log.level"],"needs_restart":["engine.ring"]},"text":""}
      """
    try await CannedDaemon.with(["config.reload": .reply(reply)]) { daemon in
      let run = try await CommandRun.run(["reload", "--dry-run"], socket: daemon.path)
      #expect(run.status == .done)
      #expect(
        run.lines == [
          "+ web", "- old", "~ sim  config.seed, config.interval", "~ engine.log.level",
          "! engine.ring  takes effect when engined is restarted", "  unchanged: 1",
          "dry run: nothing was changed",
        ])
      #expect(daemon.requests == [#"config.reload {"dry_run":true}"#])
    }
  }

  @Test("reload of a file with faults prints each of them, and the code is 1")
  func faultyReload() async throws {
    let reply = #"{"applied":false,"faults":["plugins.json:3:5: a","plugins.json:4:5: b"]}"#
    try await CannedDaemon.with(["config.reload": .reply(reply)]) { daemon in
      let run = try await CommandRun.run(["reload"], socket: daemon.path)
      #expect(run.status == .refused)
      #expect(
        run.lines == [
          "plugins.json:3:5: a", "plugins.json:4:5: b", "2 faults: nothing was changed",
        ])
    }
  }

  @Test("config show prints the configuration, of all or of one plugin")
  func config() async throws {
    try await CannedDaemon.with(["config.show": .reply(#"{"engine":{"ring":1024}}"#)]) { daemon in
      let run = try await CommandRun.run(["config", "show"], socket: daemon.path)
      #expect(run.output == "{\n  \"engine\": {\n    \"ring\": 1024\n  }\n}\n")
      _ = try await CommandRun.run(["config", "show", "sim"], socket: daemon.path)
      #expect(daemon.requests == ["config.show {}", #"config.show {"name":"sim"}"#])
    }
  }

  @Test(
    "commands of plugins carry their arguments",
    arguments: [
      (
        ["command", "replay", "seek", "time=2014-05-02", "count=5"],
        #"{"name":"replay","command":"seek","arguments":{"time":"2014-05-02","count":5}}"#
      ),
      (
        ["command", "p", "c", "--arguments", #"{"a":[1.50]}"#],
        #"{"name":"p","command":"c","arguments":{"a":[1.50]}}"#
      ),
      (
        ["seek", "replay", "2014-05-02T09:00:00Z"],
        #"{"name":"replay","command":"seek","arguments":{"time":"2014-05-02T09:00:00Z"}}"#
      ),
      (
        ["speed", "replay", "0.5"],
        #"{"name":"replay","command":"speed","arguments":{"speed":0.5}}"#
      ),
      (
        ["speed", "replay", "max"],
        #"{"name":"replay","command":"speed","arguments":{"speed":"max"}}"#
      ),
    ])
  func pluginCommand(words: [String], request: String) async throws {
    let reply = #"{"reply":{"at":"2014-05-02T09:00:00Z","skipped":1234}}"#
    try await CannedDaemon.with(["plugins.command": .reply(reply)]) { daemon in
      let run = try await CommandRun.run(words, socket: daemon.path)
      #expect(daemon.requests == ["plugins.command \(request)"])
      #expect(run.lines == ["at       2014-05-02T09:00:00Z", "skipped  1234"])
    }
  }

  @Test(
    "a plugin's reply is shown as what it is",
    arguments: [
      ("null", "done\n"), ("{}", "done\n"), (#""two\nlines""#, "two\nlines\n"), ("5", "5\n"),
      (#"{"a":[1]}"#, "{\n  \"a\": [\n    1\n  ]\n}\n"),
    ])
  func reply(json: String, output: String) async throws {
    try await CannedDaemon.with(["plugins.command": .reply("{\"reply\":\(json)}")]) { daemon in
      let run = try await CommandRun.run(["command", "a", "b"], socket: daemon.path)
      #expect(run.output == output)
    }
  }

  @Test("subjects shows who makes and who reads them")
  func subjects() async throws {
    let reply = """
      {"subjects":[{"subject":"trade.EURUSD","events":1234567,"producers":["sim"],\
      "consumers":["bars","probe"]},{"subject":"quote.EURUSD","events":5,"producers":["sim"],\
      "consumers":[]}]}
      """
    try await CannedDaemon.with(["subjects.list": .reply(reply)]) { daemon in
      let run = try await CommandRun.run(["subjects", "*.EURUSD"], socket: daemon.path)
      #expect(daemon.requests == [#"subjects.list {"filter":"*.EURUSD"}"#])
      #expect(
        run.lines == [
          "SUBJECT          EVENTS  PRODUCERS  CONSUMERS",
          "trade.EURUSD  1,234,567  sim        bars, probe",
          "quote.EURUSD          5  sim        -",
        ])
    }
  }

  @Test("instruments reads page after page up to its limit")
  func instruments() async throws {
    func page(_ ids: ClosedRange<Int>, next: String) -> String {
      let list = ids.map {
        """
        {"id":\($0),"key":"S\($0)","symbol":"S\($0)","venue":"","name":"Stock \($0)",\
        "price_precision":2,"size_precision":0,"currency":"USD","calendar":null}
        """
      }
      return "{\"total\":3,\"instruments\":[\(list.joined(separator: ","))],\"next\":\(next)}"
    }
    let pages = [page(1...2, next: "2"), page(3...3, next: "null")]
    try await CannedDaemon.with(["instruments.list": .pages(pages)]) { daemon in
      let run = try await CommandRun.run(["instruments", "S", "-n", "0"], socket: daemon.path)
      #expect(
        daemon.requests == [
          #"instruments.list {"filter":"S","limit":1000}"#,
          #"instruments.list {"filter":"S","after":2,"limit":1000}"#,
        ])
      #expect(
        run.lines == [
          "ID  SYMBOL  VENUE  NAME     PRICE  SIZE  CURRENCY  CALENDAR",
          " 1  S1      -      Stock 1      2     0  USD       -",
          " 2  S2      -      Stock 2      2     0  USD       -",
          " 3  S3      -      Stock 3      2     0  USD       -",
        ])
    }
    try await CannedDaemon.with(["instruments.list": .pages(pages)]) { daemon in
      let run = try await CommandRun.run(["instruments", "-n", "2"], socket: daemon.path)
      #expect(run.lines.last == "2 of 3; go on with --after 2, or --limit 0 for all")
      #expect(daemon.requests == [#"instruments.list {"limit":2}"#])
    }
  }

  @Test("log-level shows the levels it got")
  func logLevel() async throws {
    let reply = #"{"levels":[{"plugin":null,"level":"info"},{"plugin":"sim","level":"debug"}]}"#
    try await CannedDaemon.with(["logs.level": .reply(reply)]) { daemon in
      let run = try await CommandRun.run(["log-level"], socket: daemon.path)
      #expect(run.lines == ["PLUGIN        LEVEL", "(all others)  info", "sim           debug"])
    }
  }

  @Test("version needs no daemon")
  func version() async throws {
    let run = try await CommandRun.run(["version"])
    #expect(run.lines == ["enginectl \(Release.version) (protocol 1)"])
    let json = try await CommandRun.run(["version", "--json"])
    #expect(json.output.hasPrefix(#"{"name":"enginectl","version":""#))
  }
}
