import BinaryProtocol
import Testing

@testable import enginectl

@Suite("Streams", .serialized, .timeLimit(.minutes(1)))
struct StreamTests {
  private let events = [
    "[\(Canned.trade),\(Canned.quote)]", "[\(Canned.gap)]",
    "[\(Canned.secondTrade),\(Canned.trade)]",
  ]

  @Test("tap prints one line an event and stops at its limit, which gaps do not count for")
  func tap() async throws {
    try await CannedDaemon.with(["events.tap": .stream(events, goesOn: true)]) { daemon in
      let run = try await CommandRun.run(
        ["tap", "trade.*", "quote.EURUSD", "--limit", "3", "--from", "oldest"],
        socket: daemon.path)
      #expect(run.status == .done)
      #expect(run.lines.count == 4)
      #expect(run.lines[2].contains("GAP"))
      #expect(
        daemon.requests == [
          #"events.tap {"subjects":["trade.*","quote.EURUSD"],"limit":3,"policy":"drop-oldest","#
            + #""from":"oldest"}"#
        ])
    }
  }

  @Test("tap --json prints each event as it came, one a line")
  func tapJSON() async throws {
    try await CannedDaemon.with(["events.tap": .stream(events, goesOn: false)]) { daemon in
      let run = try await CommandRun.run(["tap", "--json"], socket: daemon.path)
      #expect(
        run.lines == [Canned.trade, Canned.quote, Canned.gap, Canned.secondTrade, Canned.trade])
      #expect(daemon.requests[0].contains(#""subjects":[">"]"#))
    }
  }

  @Test("a tap whose reader is gone ends without a word")
  func brokenPipe() async throws {
    try await CannedDaemon.with(["events.tap": .stream(events, goesOn: true)]) { daemon in
      let run = try await CommandRun.run(
        ["tap"], socket: daemon.path, answers: MemorySink(closingAfter: 1))
      #expect(run.status == .done)
      #expect(run.errors == "")
    }
  }

  @Test("a cancelled tap ends well")
  func cancelled() async throws {
    try await CannedDaemon.with(["events.tap": .stream(events, goesOn: true)]) { daemon in
      let path = daemon.path
      let task = Task { try await CommandRun.run(["tap"], socket: path) }
      try await daemon.wasAsked()
      task.cancel()
      let run = try await task.value
      #expect(run.status == .done)
      #expect(run.errors == "")
    }
  }

  @Test("--timeout ends a stream with its own code")
  func timeout() async throws {
    try await CannedDaemon.with(["events.tap": .stream([], goesOn: true)]) { daemon in
      let run = try await CommandRun.run(["tap", "--timeout", "50ms"], socket: daemon.path)
      #expect(run.status == .timedOut)
      #expect(run.errors.hasSuffix(" hint: raise --timeout\n"))
    }
  }

  @Test("top --once prints one picture over one interval")
  func top() async throws {
    let samples = [
      Canned.stats(cpu: 0, uptime: 1_000_000_000, seq: 0),
      Canned.stats(cpu: 250_000_000, uptime: 2_000_000_000, seq: 5000),
    ]
    try await CannedDaemon.with(["stats.watch": .stream(samples, goesOn: true)]) { daemon in
      let run = try await CommandRun.run(
        ["top", "--once", "--interval", "1s"], socket: daemon.path, isTerminal: true)
      #expect(run.lines[1].hasPrefix("cpu 25.0%  memory 24.5 MiB  threads 7  events/s 5k"))
      #expect(!run.output.contains("\u{1B}"))
      #expect(daemon.requests == [#"stats.watch {"interval_ns":1000000000}"#])
      let json = try await CommandRun.run(["top", "--once", "--json"], socket: daemon.path)
      #expect(json.lines == [samples[0]])
    }
  }

  @Test("top on a terminal takes the screen and gives it back")
  func screen() async throws {
    let samples = [Canned.stats(cpu: 0, uptime: 1, seq: 0)]
    try await CannedDaemon.with(["stats.watch": .stream(samples, goesOn: false)]) { daemon in
      let run = try await CommandRun.run(["top"], socket: daemon.path, isTerminal: true)
      #expect(run.output.hasPrefix(Screen.enter + "\u{1B}[H"))
      #expect(run.output.hasSuffix(Screen.leave))
    }
  }

  @Test("logs prints lines in one answer, or as they come")
  func logs() async throws {
    let first = #"{"number":1,"level":"info","plugin":"sim","message":"a","text":"T info sim: a"}"#
    let second =
      #"{"number":2,"level":"error","plugin":"sim","message":"b","text":"T error sim: b"}"#
    let answers: [String: CannedAnswer] = [
      "logs.read": .reply("{\"lines\":[\(first),\(second)]}"),
      "logs.follow": .stream([first, second], goesOn: false),
    ]
    try await CannedDaemon.with(answers) { daemon in
      let read = try await CommandRun.run(
        ["logs", "-n", "2", "--plugin", "sim", "--level", "info"], socket: daemon.path)
      #expect(read.lines == ["T info sim: a", "T error sim: b"])
      let follow = try await CommandRun.run(["logs", "-f"], socket: daemon.path)
      #expect(follow.lines == read.lines)
      let json = try await CommandRun.run(["logs", "-f", "--json"], socket: daemon.path)
      #expect(json.lines == [first, second])
      let coloured = try await CommandRun.run(
        ["logs"], socket: daemon.path, style: Style(hasColours: true, width: nil))
      #expect(coloured.lines[1] == "\u{1B}[31mT error sim: b\u{1B}[0m")
      #expect(
        daemon.requests[0] == #"logs.read {"last":2,"plugin":"sim","level":"info"}"#)
    }
  }
}
