import Bars
import Support
import Testing

@testable import EngineCore
@testable import Journal

@Suite("A journal that is run again", .timeLimit(.minutes(5)))
struct RerunTests {
  @Test(
    "every derived event comes out again, whatever happened while it was recorded",
    arguments: 0..<12 as Range<UInt64>)
  func identical(seed: UInt64) throws {
    let folder = try Folder()
    let drive = try RerunDrive(folder, seed: seed)
    for _ in 0..<4 {
      try drive.live(steps: 40)
      try drive.startAnew()
    }
    try drive.live(steps: 20)
    let all = try drive.stage.engine.rerun(RerunRequest())
    #expect(all.difference == nil)
    let isPlenty = all.same > 200 && all.events > 1000
    #expect(isPlenty, "\(all.same) of \(all.events)")
    #expect(all.missing == 0 && all.unclaimed == 0 && all.leftOut == 0)
    let plugin = try #require(all.plugins.first)
    #expect(plugin.starts >= 5 && !plugin.isApproximate)

    // Any range in the middle is the same too, and takes nothing for missing.
    var random = SeededRandom(seed: seed &+ 77)
    for _ in 0..<4 {
      let from = random.next() % all.events + 1
      let through = from + random.next() % (all.events - from + 1)
      let part = try drive.stage.engine.rerun(RerunRequest(from: from, through: through))
      #expect(part.difference == nil, "\(from) to \(through)")
      #expect(part.events == through - from + 1)
      #expect(part.pending == 0 || through + 500 > all.events)
      #expect(part.same <= all.same && part.leftOut == 0)
    }
  }

  @Test("it is the same whether the log was read in small pieces or large ones")
  func deliveries() throws {
    let folder = try Folder()
    let stage = try JournalStage(
      folder, plugins: RerunDrive.bars(#""specs":["1s","1m"],"recover":1024"#))
    for round in 0..<40 {
      // So many at once that a reader gets them in one delivery.
      for symbol in ["A", "B", "C"] { try stage.publish(64 * 8, symbol: symbol) }
      stage.advance(nanos: 300_000_000 + Int64(round))
    }
    let report = try stage.engine.rerun(RerunRequest())
    #expect(report.difference == nil)
    // Open bars that are told again now and then are among them.
    let isPlenty = report.same > 300
    #expect(isPlenty, "\(report.same)")
  }

  @Test("bars that a source brings are nobody's to make again, nor what bars are restored from")
  func brought() throws {
    /// Closed bars that were made, with bars of the same intervals brought beside them or not.
    func made(_ isBrought: Bool) throws -> [Bar] {
      let folder = try Folder()
      let stage = try JournalStage(
        folder, plugins: RerunDrive.bars(#""specs":["1s"],"recover":4096"#))
      for step in 0..<40 {
        try stage.publish(8)
        if isBrought { try stage.send("publish", #"{"bars":true,"closed":true}"#, to: "feed") }
        if step % 5 == 0 {
          stage.engine.host.restart("bars")
          stage.turn()
        }
        stage.advance(nanos: 400_000_000)
      }
      let bars = stage.recent.filter { $0.kind == .bar }.map(\.bar)
      #expect(bars.count(where: \.isFromSource) == (isBrought ? 40 : 0))
      let report = try stage.engine.rerun(RerunRequest())
      #expect(report.difference == nil && report.unclaimed == 0 && report.same > 10)
      return bars.filter { $0.state == .closed && !$0.isFromSource }.map { bar in
        var bar = bar
        (bar.firstSequence, bar.lastSequence) = (0, 0)
        return bar
      }
    }
    let (alone, beside) = (try made(false), try made(true))
    #expect(alone.count > 10 && alone.map { Event($0) } == beside.map { Event($0) })
  }

  @Test("another configuration comes to something else, and the first such event is shown")
  func otherConfiguration() throws {
    let folder = try Folder()
    func record() throws -> UInt64 {
      let stage = try JournalStage(folder, plugins: RerunDrive.bars(#""specs":["1m"]"#))
      for _ in 0..<30 {
        try stage.publish(20)
        stage.advance(nanos: 10_000_000_000)
      }
      stage.stop()
      return stage.engine.bus.lastSequence
    }
    let last = try record()
    let stage = try JournalStage(
      folder, plugins: RerunDrive.bars(#""specs":["1m"],"lateness":"15s""#))
    let report = try stage.engine.rerun(RerunRequest(through: last))
    let difference = try #require(report.difference)
    #expect(difference.plugin == "bars")
    #expect(difference.subject == "bar.A@X.1m" || difference.subject == "watermark.1m")
    #expect(difference.recordedEvent != nil && difference.position < last)
    #expect(difference.recorded != difference.computed)
    #expect(report.same > 0)
  }

  @Test("one changed bit of one recorded event is found and named", arguments: 0..<10)
  func changedRecord(number: Int) throws {
    let folder = try Folder()
    // A start would read what was told, and come to something else by itself.
    let drive = try RerunDrive(folder, seed: 5, restarts: false)
    try drive.live(steps: 60)
    let engine = drive.stage.engine
    let derived = try drive.recorded().filter { $0.kind == .bar || $0.kind == .watermark }
    let victim = derived[derived.count * (number + 1) / 12]
    let store = AlteredStore(try #require(engine.logStore)) { event in
      guard event.sequence == victim.sequence else { return event }
      guard event.kind == .bar else {
        var mark = event.watermark
        mark.bars += 1
        return Event(mark)
      }
      var bar = event.bar
      bar.high = Price(raw: bar.high.raw + 1)
      return Event(bar)
    }
    let report = try drive.rerun(RerunRequest(), store: store)
    let difference = try #require(report.difference)
    #expect(difference.position == victim.sequence && difference.plugin == "bars")
    #expect(difference.field == (victim.kind == .bar ? "high" : "bars"))
    #expect(difference.subject == Subject(of: victim, in: engine.catalog).description)
    // Outside the range nobody looks at it.
    let behind = try drive.rerun(RerunRequest(from: victim.sequence + 1), store: store)
    #expect(behind.difference == nil)
    let before = try drive.rerun(RerunRequest(through: victim.sequence - 1), store: store)
    let isUnseen = before.difference == nil || before.difference?.position == victim.sequence
    #expect(isUnseen)
  }

  @Test("a derived event that is not in the record is missed, and one that is too many is found")
  func lostRecord() throws {
    let folder = try Folder()
    let drive = try RerunDrive(folder, seed: 9)
    try drive.live(steps: 60)
    let bars = try drive.recorded().filter { $0.kind == .bar && $0.bar.state == .closed }
    let victim = bars[bars.count / 2]
    let engine = drive.stage.engine
    let without = AlteredStore(try #require(engine.logStore)) { event in
      // Something else stands in its place.
      event.sequence == victim.sequence ? Event(EngineTime(.zero)) : event
    }
    let missed = try #require(try drive.rerun(RerunRequest(), store: without).difference)
    #expect(missed.position > victim.sequence)
    #expect(missed.computedEvent?["close"]?.text() == victim.bar.close.text())
    let twice = AlteredStore(try #require(engine.logStore)) { event in
      guard event.sequence == victim.sequence + 1 else { return event }
      return Event(victim.bar)
    }
    let found = try #require(try drive.rerun(RerunRequest(), store: twice).difference)
    #expect(found.position == victim.sequence + 1)
  }

  @Test("events that are gone are told, and what depends on them is not compared")
  func gone() throws {
    let folder = try Folder()
    let drive = try RerunDrive(folder, seed: 3)
    try drive.live(steps: 60)
    let trades = try drive.recorded().filter { $0.kind == .trade }
    let hole = trades[trades.count / 3].sequence..<trades[trades.count / 3].sequence + 50
    let store = AlteredStore(try #require(drive.stage.engine.logStore)) { event in
      hole.contains(event.sequence) ? nil : event
    }
    let report = try drive.rerun(RerunRequest(), store: store)
    #expect(report.difference == nil)
    let plugin = try #require(report.plugins.first)
    #expect(plugin.leftOut > 0 && plugin.same > 0)
    #expect(plugin.reason?.contains("are not in the log") == true)
  }

  @Test("where the journal no longer has the beginning, closed bars are compared all the same")
  func pruned() throws {
    let folder = try Folder()
    let stage = try JournalStage(
      folder, #""segment":"64KiB","block":256"#,
      plugins: RerunDrive.bars(#""specs":["1s","1m"],"recover":4096"#))
    for round in 0..<400 {
      try stage.publish(20 + round % 30, symbol: "S\(round % 7)")
      stage.advance(nanos: 700_000_000)
    }
    let store = try #require(stage.engine.logStore as? JournalStore)
    let whole = try stage.engine.rerun(RerunRequest())
    #expect(whole.difference == nil && whole.plugins.first?.isApproximate == false)
    _ = store.tidy(
      try PruneArguments.retention(.object([("max_size", .string("150KiB"))])), now: .zero)
    #expect(store.firstSequence > 1)
    let report = try stage.engine.rerun(RerunRequest(from: store.firstSequence))
    #expect(report.difference == nil)
    let plugin = try #require(report.plugins.first)
    #expect(plugin.isApproximate && plugin.same > 20 && plugin.leftOut > 0)
  }

  @Test("what was paused or crashed is left out until it is started again")
  func paused() throws {
    let folder = try Folder()
    let drive = try RerunDrive(folder, seed: 11)
    try drive.live(steps: 30)
    try drive.stage.engine.host.setPaused("bars", true)
    for _ in 0..<5 {
      try drive.stage.publish(20)
      drive.stage.advance(nanos: 1_000_000_000)
    }
    try drive.stage.engine.host.setPaused("bars", false)
    drive.stage.turn()
    try drive.stage.publish(20)
    drive.stage.advance(nanos: 1_000_000_000)
    let report = try drive.stage.engine.rerun(RerunRequest())
    #expect(report.difference == nil)
    #expect(report.plugins.first?.reason == "it was paused")
    #expect((report.plugins.first?.leftOut ?? 0) > 0)
    drive.restartBars()
    try drive.live(steps: 30)
    let after = try drive.stage.engine.rerun(RerunRequest())
    #expect(after.difference == nil && after.leftOut == report.leftOut && after.same > report.same)
  }

  @Test("a plugin that cannot be run again is refused by name, and a rerun can be ended")
  func refused() throws {
    let folder = try Folder()
    let drive = try RerunDrive(folder, seed: 1)
    try drive.live(steps: 40)
    let engine = drive.stage.engine
    #expect {
      _ = try engine.rerun(RerunRequest(plugins: ["feed"]))
    } throws: { "\($0)".contains("there are: bars") }
    #expect(try engine.rerun(RerunRequest(plugins: ["bars"])).difference == nil)
    for _ in 0..<200 { try drive.stage.publish(512) }
    #expect {
      _ = try engine.rerun(RerunRequest()) { _ in false }
    } throws: { "\($0)".contains("ended before its time") }
    #expect(engine.host.status("bars")?.state == .running)
  }
}
