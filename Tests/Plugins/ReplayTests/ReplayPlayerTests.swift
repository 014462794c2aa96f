import EngineCore
import Support
import Testing

@testable import Replay
@testable import TickFiles

@Suite("Replay player")
struct ReplayPlayerTests {
  /// What the player had to say.
  private final class Log { var list: [ReplayNotice] = [] }

  /// A player over files of its own, driven by a clock that a test moves.
  private final class Stage {
    let scratch: Scratch
    let clock = ManualClock()
    let player: ReplayPlayer
    private let notices: Log
    var list = EventList()
    static let base: Int64 = 1_398_920_400_000_000_000

    /// - Parameter files: seconds after the base, one row each; `x` makes a row malformed.
    init(_ files: [[String]], _ change: (inout ReplaySettings) -> Void = { _ in }) throws {
      scratch = try Scratch()
      var paths: [FileSettings] = []
      for (number, rows) in files.enumerated() {
        var lines = ["ts_ns,symbol,price"]
        for (index, seconds) in rows.enumerated() {
          let time = Int64(seconds).map { "\(Self.base + $0 * 1_000_000_000)" } ?? "x"
          lines.append("\(time),S\(number),\(index)")
        }
        let path = try scratch.file("\(number).csv", lines.joined(separator: "\n"))
        paths.append(FileSettings(path: path))
      }
      var settings = ReplaySettings(files: paths)
      change(&settings)
      let symbols = SymbolList()
      let log = Log()
      notices = log
      player = ReplayPlayer(
        settings, source: SourceID(7), open: { try TickFile($0) { symbols.define($0) } },
        log: { log.list.append($0) })
      try player.rewind()
    }

    var log: [ReplayNotice] { notices.list }

    @discardableResult
    func produce(room: Int = 100) throws -> Next {
      try player.produce(
        &list, room: room,
        now: ReplayPlayer.Now(wall: clock.now(), nanos: clock.monotonicNanos()))
    }

    /// Seconds after the base of all events so far.
    var seconds: [Int64] {
      list.events.map { ($0.trade.eventTime.nanoseconds - Self.base) / 1_000_000_000 }
    }

    func wait(_ seconds: Double) { clock.advance(nanos: Int64(seconds * 1e9)) }

    func at(_ seconds: Double) -> Next {
      .at(clock.now().advanced(byNanos: Int64(seconds * 1e9)))
    }
  }

  @Test("rows come when they are due, at the speed that is set")
  func pacing() throws {
    let stage = try Stage([["0", "10", "11"]]) { $0.speed = .ratio(raw: 2_000_000_000) }
    #expect(try stage.produce() == stage.at(5))
    #expect(stage.seconds == [0])
    stage.wait(4.999)
    #expect(try stage.produce() == stage.at(0.001))
    stage.wait(0.001)
    #expect(try stage.produce() == stage.at(0.5))
    stage.wait(0.5)
    #expect(try stage.produce() == .idle)
    #expect(stage.seconds == [0, 10, 11])
    #expect(stage.list.events.allSatisfy { $0.flags == .replayed && $0.source == SourceID(7) })
    #expect(stage.log == [.info("finished: 3 rows played, 0 malformed, 0 out of order")])
  }

  @Test("maximum speed fills the room of every call")
  func maximum() throws {
    let stage = try Stage([["0", "100", "200", "300", "400"]]) { $0.speed = .max }
    #expect(try stage.produce(room: 2) == .now)
    #expect(stage.seconds == [0, 100])
    #expect(try stage.produce(room: 3) == .now)
    #expect(try stage.produce(room: 3) == .idle)
    #expect(stage.seconds == [0, 100, 200, 300, 400])
  }

  @Test("files are merged in order of time, ties in order of the files")
  func merging() throws {
    let stage = try Stage([["0", "3", "3", "9"], ["1", "3", "4"], [], ["3"]]) { $0.speed = .max }
    try stage.produce()
    #expect(stage.seconds == [0, 1, 3, 3, 3, 3, 4, 9])
    #expect(stage.list.events.map(\.instrument.raw) == [1, 2, 1, 1, 2, 3, 2, 1])
  }

  @Test("a merge agrees with a stable sort", arguments: 0..<50 as Range<UInt64>)
  func mergeOracle(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let files = (0..<Int(random.next() % 9 + 1)).map { _ in
      (0..<Int(random.next() % 40)).map { _ in Int(random.next() % 50) }.sorted()
    }
    let stage = try Stage(files.map { $0.map(String.init) }) { $0.speed = .max }
    while try stage.produce(room: Int(random.next() % 7 + 1)) == .now {}
    var expected: [(time: Int, file: Int)] = []
    for (file, times) in files.enumerated() { expected += times.map { ($0, file) } }
    expected.sort { ($0.time, $0.file) < ($1.time, $1.file) }
    #expect(stage.seconds == expected.map { Int64($0.time) })
    let symbols = stage.list.events.map(\.instrument.raw)
    var fileOf: [UInt32: Int] = [:]
    for (index, symbol) in symbols.enumerated() {
      let file = fileOf[symbol] ?? expected[index].file
      fileOf[symbol] = file
      #expect(file == expected[index].file)
    }
  }

  @Test("rows out of order keep their place and are counted")
  func outOfOrder() throws {
    let stage = try Stage([["0", "5", "2", "6"], ["4"]]) { $0.speed = .max }
    try stage.produce()
    #expect(stage.seconds == [0, 4, 5, 2, 6])
    #expect(stage.player.counters.outOfOrder == 1)
  }

  @Test("while it is held nothing comes, and afterwards there is no burst")
  func holding() throws {
    let stage = try Stage([["0", "1", "2", "3"]])
    try stage.produce()
    stage.player.hold(true)
    stage.wait(100)
    #expect(try stage.produce() == .idle)
    stage.player.hold(false)
    #expect(try stage.produce() == stage.at(1))
    #expect(stage.seconds == [0, 1])
  }

  @Test("after a stall the schedule moves, so that at most a second is made up for")
  func stalling() throws {
    let stage = try Stage([(0..<100).map(String.init)])
    try stage.produce()
    stage.wait(50)
    try stage.produce()
    #expect(stage.seconds == [0, 1, 2])
    #expect(stage.player.playback.slippedNanos == 48_000_000_000)
  }

  @Test("a seek goes forward by reading on and backward from the start")
  func seeking() throws {
    let stage = try Stage([["0", "10", "20", "30"]])
    try stage.produce()
    try stage.player.seek(to: Stage.base + 15_000_000_000)
    #expect(try stage.produce() == stage.at(10))
    #expect(stage.seconds == [0, 20])
    try stage.player.seek(to: Stage.base + 10_000_000_000)
    try stage.produce()
    #expect(stage.seconds == [0, 20, 10])
    try stage.player.seek(to: Stage.base + 31_000_000_000)
    #expect(try stage.produce() == .idle)
    try stage.player.seek(to: Stage.base)
    try stage.produce()
    #expect(stage.seconds == [0, 20, 10, 0])
  }

  @Test("a speed that is changed counts from the next row on")
  func changingSpeed() throws {
    let stage = try Stage([["0", "10", "20"]])
    try stage.produce()
    stage.player.setSpeed(.ratio(raw: 10_000_000_000))
    try stage.produce()
    #expect(stage.seconds == [0, 10])
    #expect(try stage.produce() == stage.at(1))
  }

  @Test("a loop begins again, and ends when a pass has no row")
  func looping() throws {
    let stage = try Stage([["0", "1"]]) {
      $0.loops = true
      $0.speed = .max
    }
    for _ in 0..<5 { #expect(try stage.produce() == .now) }
    #expect(stage.seconds == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    let empty = try Stage([["x"]]) { $0.loops = true }
    #expect(try empty.produce() == .idle)
  }

  @Test("with timestamps now, the first row is now and distances stay")
  func shifting() throws {
    let stage = try Stage([["0", "10"]]) { $0.timestamps = .now }
    let start = stage.clock.now()
    try stage.produce()
    stage.wait(10)
    try stage.produce()
    #expect(
      stage.list.events.map(\.trade.eventTime) == [start, start.advanced(byNanos: 10_000_000_000)])
  }

  @Test("malformed rows are counted, the first are logged and kept")
  func skipping() throws {
    let stage = try Stage([(0..<30).flatMap { ["x", "\($0)"] }]) { $0.speed = .max }
    while try stage.produce() == .now {}
    #expect(stage.seconds.count == 30)
    #expect(stage.player.faults.count == 30)
    #expect(stage.player.faults.first.count == FaultBook.keptMax)
    let path = stage.scratch.path + "/0.csv"
    let text = "\(path):2: column \"ts_ns\": expected a time in nanoseconds since 1970, found \"x\""
    #expect(stage.log.first == .warning(text, count: 1))
    // Five one by one, the tenth, and the end.
    #expect(stage.log.count == 7)
  }

  @Test("with on_error fatal the first malformed row ends the replay")
  func fatal() throws {
    let stage = try Stage([["0", "x", "1"]]) {
      $0.speed = .max
      $0.onError = .fatal
    }
    let error = #expect(throws: PluginError.self) { try stage.produce() }
    #expect(
      error?.message == stage.scratch.path
        + "/0.csv:3: column \"ts_ns\": expected a time in nanoseconds since 1970, found \"x\"")
    #expect(stage.seconds == [0])
  }

  @Test("a file that is missing is named with its key")
  func missing() throws {
    let player = ReplayPlayer(
      ReplaySettings(files: [FileSettings(path: "/none/such.csv")]), source: SourceID(1),
      open: { try TickFile($0) { _ in InstrumentID(1) } }, log: { _ in })
    let error = #expect(throws: PluginError.self) { try player.rewind() }
    #expect(error?.message == "config.files[0].path: /none/such.csv: no such file or directory")
  }

  @Test("two runs with different rooms give the same events", arguments: [1, 3, 64, 1_000])
  func repeatable(room: Int) throws {
    func events(_ room: Int) throws -> [Event] {
      let stage = try Stage([
        (0..<500).map { "\($0 / 3)" }, (0..<500).map { "\($0 / 2)" },
      ]) { $0.speed = .max }
      while try stage.produce(room: room) == .now {}
      return stage.list.events
    }
    #expect(try events(room) == events(7))
  }
}
