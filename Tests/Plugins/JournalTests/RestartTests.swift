import EngineCore
import Foundation
import Support
import Testing

@testable import Journal

@Suite("An engine with a journal, after a restart")
struct RestartTests {
  @Test(
    "it has the same epoch, names and events, and goes on with the next sequence",
    arguments: [false, true])
  func goesOn(isKilled: Bool) throws {
    let folder = try Folder()
    var before: [Event] = []
    var epoch: UInt64 = 0
    var names: [[String]] = []
    func first() throws {
      let stage = try JournalStage(folder)
      try stage.publish(500, symbol: "A")
      try stage.publish(300, symbol: "B")
      if !isKilled { stage.stop() }
      before = stage.recent
      epoch = stage.engine.bus.epoch
      names = DefinitionNamespace.allCases.map { stage.engine.catalog.names(in: $0) }
    }
    try first()
    let again = Timestamp(nanoseconds: 1_705_399_200_000_000_000)
    let stage = try JournalStage(folder, at: again)
    #expect(stage.engine.bus.epoch == epoch)
    let after = stage.recent
    #expect(after.count > before.count)
    // The journal does not see what is said after its own end, nor does anybody behind it.
    let kept = zip(after, before).prefix { $0 == $1 }.count
    #expect(kept == before.count || !isKilled)
    #expect(before.dropFirst(kept).allSatisfy { $0.kind == .status })
    for (event, next) in zip(after, after.dropFirst()) {
      #expect(next.sequence == event.sequence + 1)
    }
    for (namespace, old) in zip(DefinitionNamespace.allCases, names) {
      let new = stage.engine.catalog.names(in: namespace)
      #expect(Array(new.prefix(old.count)) == old)
    }
    let instrument = try #require(stage.engine.catalog.instrument(key: "B@X"))
    #expect(stage.engine.catalog.instrument(instrument)?.name == "the B")
    #expect(stage.engine.catalog.instrument(instrument)?.pricePrecision == 3)
    // Nothing that is known is defined again.
    try stage.publish(10, symbol: "B")
    let defined = stage.recent.filter {
      $0.kind == .definition && $0.definition.namespace == .instrument
    }
    #expect(defined.count == 2)
  }

  @Test("more than the ring holds comes back as far as it goes, again and again")
  func many() throws {
    let folder = try Folder()
    var last: UInt64 = 0
    for round in 0..<5 {
      let stage = try JournalStage(folder, ring: 1024)
      #expect(round == 0 || stage.engine.bus.lastSequence >= last)
      if round > 0 {
        #expect(stage.recent.first?.sequence == stage.engine.bus.firstSequence)
        #expect(stage.recent.contains { $0.kind == .trade })
      }
      try stage.publish(2000)
      last = stage.engine.bus.lastSequence
    }
  }

  @Test("bars that grow are kept like all others")
  func openBars() throws {
    let folder = try Folder()
    var before: [Event] = []
    var last: UInt64 = 0
    func first() throws {
      let stage = try JournalStage(folder)
      try stage.publish(62, bars: true)
      before = stage.recent.filter { $0.kind == .bar }
      last = stage.engine.bus.lastSequence
    }
    try first()
    let stage = try JournalStage(folder)
    let bars = stage.recent.filter { $0.kind == .bar }
    #expect(bars == before && bars.count == 62)
    let news = stage.recent.filter { $0.sequence > last }
    #expect(news.first?.sequence == last + 1)
  }

  @Test("open bars go on, also those of instruments whose last tick is far back in the log")
  func quietBars() throws {
    let folder = try Folder()
    let bars = #"{"name":"bars","type":"bars","config":{"specs":["1d"],"recover":4096}},"#
    func first() throws {
      let stage = try JournalStage(folder, plugins: bars)
      try stage.publish(3, symbol: "B")
      try stage.publish(10_000, symbol: "A")
    }
    try first()
    let stage = try JournalStage(folder, plugins: bars)
    try stage.publish(2, symbol: "B")
    for (symbol, count) in [("A", 10_000), ("B", 5)] {
      let answer = try stage.send(
        "show", #"{"symbol":"\#(symbol)@X","spec":"1d","last":1}"#, to: "bars")
      let bar = try #require(answer["bars"]?.array?.last)
      #expect(bar["count"]?.int64 == Int64(count), "\(symbol)")
    }
  }

  @Test("open bars go on also when the machine was started anew, and positions were passed over")
  func machineStartedAnew() throws {
    let folder = try Folder()
    let bars = #"{"name":"bars","type":"bars","config":{"specs":["1d"]}},"#
    func first() throws -> UInt64 {
      let stage = try JournalStage(folder, plugins: bars)
      try stage.publish(7, symbol: "B")
      return stage.engine.bus.lastSequence
    }
    let last = try first()
    let lock = URL(filePath: folder.path + "/LOCK")
    var lines = try String(contentsOf: lock, encoding: .utf8).split(separator: "\n")
    lines[1] = "another start"
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: lock)
    let stage = try JournalStage(folder, plugins: bars)
    #expect(stage.engine.bus.lastSequence > last + JournalStore.leap)
    try stage.publish(2, symbol: "B")
    let answer = try stage.send("show", #"{"symbol":"B@X","spec":"1d","last":1}"#, to: "bars")
    #expect(answer["bars"]?.array?.last?["count"]?.int64 == 9)
    let report = try stage.engine.rerun(RerunRequest())
    #expect(report.difference == nil && report.missing == 0)
  }

  @Test("a second engine on the same folder is refused with the holder's process")
  func locked() throws {
    let folder = try Folder()
    let stage = try JournalStage(folder)
    #expect {
      _ = try JournalStage(folder)
    } throws: { "\($0)".contains("is in use by process") }
    stage.stop()
  }
}
