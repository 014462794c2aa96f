import EngineCore
import Support
import Synchronization
import Testing

@Suite("The plugin bars")
struct BarsTests {
  private static let quiet = """
    {"specs":["1s","1m"],"partial":"off","max_delay":"0s","idle":"1s"}
    """

  @Test("bars close with the ticks, and by the clock when there are none")
  func closing() throws {
    let stage = try BarsStage(Self.quiet)
    try stage.trade(10)
    stage.advance(seconds: 0.5)
    try stage.trade(12)
    stage.advance(seconds: 0.5)
    try stage.trade(11)
    #expect(
      stage.lines() == [
        "A 1s 10:00:00 10 12 10 12 n2 closed r0", "1s [10:00:00, 10:00:01) 1 bars, 0 without",
      ])
    stage.advance(seconds: 1)
    stage.advance(seconds: 0.3)
    #expect(
      stage.lines() == [
        "A 1s 10:00:01 11 11 11 11 n1 closed r0", "1s [10:00:01, 10:00:02) 1 bars, 0 without",
      ])
    for _ in 0..<58 { stage.advance(seconds: 1) }
    let lines = stage.lines()
    #expect(lines.contains("A 1m 10:00:00 10 12 10 11 n3 closed r0"))
    #expect(lines.contains("1s [10:00:58, 10:00:59) 0 bars, 1 without"))
  }

  @Test("open bars are published at the chosen rate, with the newest values")
  func partial() throws {
    let stage = try BarsStage(#"{"specs":["1m"],"partial":"250ms"}"#)
    for number in 1...10 {
      try stage.trade(Int64(number))
      stage.advance(seconds: 0.05)
    }
    stage.advance(seconds: 0.25)
    #expect(
      stage.lines() == [
        "A 1m 10:00:00 1 5 1 5 n5 open r0", "A 1m 10:00:00 1 10 1 10 n10 open r1",
      ])
    stage.advance(seconds: 1)
    #expect(stage.lines() == [])
  }

  @Test("every tick is published when every tick is asked for")
  func everyTick() throws {
    let stage = try BarsStage(#"{"specs":["1m"],"partial":"every tick"}"#)
    try stage.trade(1)
    try stage.trade(3)
    #expect(
      stage.lines() == ["A 1m 10:00:00 1 1 1 1 n1 open r0", "A 1m 10:00:00 1 3 1 3 n2 open r1"])
  }

  @Test("a late tick amends, a cancel amends or voids, a correction amends")
  func amending() throws {
    let stage = try BarsStage(Self.quiet)
    try stage.trade(10)
    let first = stage.engine.bus.lastSequence
    let firstTime = stage.clock.now().nanoseconds
    stage.advance(seconds: 1.5)
    try stage.trade(20)
    #expect(stage.lines().first == "A 1s 10:00:00 10 10 10 10 n1 closed r0")
    try stage.trade(5, ago: 1)
    #expect(stage.lines() == ["A 1s 10:00:00 10 10 5 5 n2 amended r1 late"])
    let second = stage.engine.bus.lastSequence
    let target = #"{"target":\#(first),"time":\#(firstTime),"old":10000000000,"#
    try stage.send("correct", target + #""price":30000000000}"#, to: "feed")
    #expect(stage.lines() == ["A 1s 10:00:00 30 30 5 5 n2 amended r2 correct"])
    try stage.send(
      "correct",
      #"{"target":\#(first),"time":\#(firstTime),"old":30000000000}"#, to: "feed")
    #expect(stage.lines() == ["A 1s 10:00:00 5 5 5 5 n1 amended r3 cancel"])
    try stage.send(
      "correct",
      #"{"target":\#(second),"time":\#(firstTime + 500000000),"old":5000000000}"#, to: "feed")
    #expect(stage.lines() == ["A 1s 10:00:00 - - - - n0 void r4 cancel"])
    let late = try stage.send("late")
    #expect(late["ticks"]?.array?.count == 1)
    #expect(late["ticks"]?.array?.first?["late_by"]?.string == "1s")
  }

  @Test("specs come and go while it runs, and a new one begins with what finer bars hold")
  func addAndRemove() throws {
    let stage = try BarsStage(Self.quiet)
    for second in 0..<130 {
      try stage.trade(Int64(second + 1))
      stage.advance(seconds: 1)
    }
    _ = stage.lines()
    let answer = try stage.send("add", #"{"spec":"30s"}"#)
    #expect(answer["specs"]?.array?.count == 3)
    let lines = stage.lines().filter { $0.hasPrefix("A") }
    #expect(
      lines == [
        "A 30s 10:00:00 1 30 1 30 n30 closed r0", "A 30s 10:00:30 31 60 31 60 n30 closed r0",
        "A 30s 10:01:00 61 90 61 90 n30 closed r0", "A 30s 10:01:30 91 120 91 120 n30 closed r0",
      ])
    #expect(try stage.send("add", #"{"spec":"30s"}"#).string == "there are bars \"30s\" already")
    try stage.send("remove", #"{"spec":"1s"}"#)
    for second in 130..<185 {
      try stage.trade(Int64(second + 1))
      stage.advance(seconds: 1)
    }
    let rest = stage.lines().filter { $0.hasPrefix("A") }
    #expect(
      rest == [
        "A 30s 10:02:00 121 150 121 150 n30 closed r0",
        "A 30s 10:02:30 151 180 151 180 n30 closed r0",
        "A 1m 10:02:00 121 180 121 180 n60 closed r0",
      ])
    #expect(try stage.send("remove", #"{"spec":"1s"}"#).string == "there are no bars \"1s\"")
  }

  @Test("bars of the past are shown, with empty intervals as asked for")
  func show() throws {
    let stage = try BarsStage(Self.quiet)
    try stage.trade(10)
    stage.advance(seconds: 3)
    try stage.trade(12)
    func states(_ fill: String) throws -> [String] {
      let answer = try stage.send(
        "show", #"{"symbol":"A","spec":"1s","last":10,"fill":"\#(fill)"}"#)
      return (answer["bars"]?.array ?? []).map { bar in
        "\(bar["start"]?.string?.dropFirst(17) ?? "") \(bar["state"]?.string ?? "") "
          + "\(bar["close"]?.number?.text ?? "-")"
      }
    }
    #expect(try states("none") == ["00Z closed 10", "03Z open 12"])
    #expect(
      try states("flat") == ["00Z closed 10", "01Z filled 10", "02Z filled 10", "03Z open 12"])
    #expect(try states("null") == ["00Z closed 10", "01Z empty -", "02Z empty -", "03Z open 12"])
    #expect(
      try stage.send("show", #"{"symbol":"B","spec":"1s"}"#).string
        == "there is no instrument \"B\"")
  }

  @Test("other plugins ask for bars of the past")
  func history() async throws {
    let stage = try BarsStage(Self.quiet)
    try stage.trade(10)
    stage.advance(seconds: 2)
    try stage.trade(12)
    let history = try stage.engine.capabilities.find(.barHistory)
    let id = try #require(stage.engine.catalog.instrument(key: "A"))
    let answer = Mutex<BarAnswer?>(nil)
    let asked = Task {
      let found = try await history.bars(BarQuery(instrument: id, spec: "1s"))
      answer.withLock { $0 = found }
    }
    while answer.withLock({ $0 == nil }) {
      try Task.checkCancellation()
      stage.turn()
      await Task.yield()
    }
    try await asked.value
    let records = answer.withLock { $0?.records ?? [] }
    #expect(records.map { $0.bar?.close.description } == ["10", "12"])
    #expect(records.map(\.tradeDate.description) == ["2024-01-15", "2024-01-15"])
  }

  @Test(
    "a question that nobody comes to is answered when the plugin stops", .timeLimit(.minutes(1)))
  func unanswered() async throws {
    let stage = try BarsStage(Self.quiet)
    let history = try stage.engine.capabilities.find(.barHistory)
    let asked = Task { try await history.specs() }
    await Task.yield()
    stage.engine.host.stop("bars")
    stage.turn()
    let result = await asked.result
    // It came before the stop or after it; in either case it came back.
    _ = result
  }

  @Test("ticks of other sources and instruments are left out when the file says so")
  func selection() throws {
    let stage = try BarsStage(
      #"{"specs":["1s"],"partial":"off","instruments":["B"],"sources":["feed"]}"#)
    try stage.trade(1, symbol: "A")
    try stage.trade(2, symbol: "B")
    stage.advance(seconds: 1)
    try stage.trade(3, symbol: "B")
    let list = try stage.send("list").text()
    #expect(
      stage.lines().filter { !$0.contains("[") } == ["B 1s 10:00:00 2 2 2 2 n1 closed r0"],
      "\(list)")
    let other = try BarsStage(#"{"specs":["1s"],"partial":"off","sources":["nobody"]}"#)
    try other.trade(1)
    other.advance(seconds: 1)
    try other.trade(1)
    #expect(other.lines() == [])
  }
}
