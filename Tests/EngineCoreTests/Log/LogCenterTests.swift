import Support
import Synchronization
import Testing

@testable import EngineCore

@Suite("Log", .timeLimit(.minutes(1)))
struct LogCenterTests {
  static func center(_ level: LogLevel = .info, historyMax: Int = 100) -> LogCenter {
    LogCenter(level: level, historyMax: historyMax, clock: ManualClock())
  }

  @Test("lines below the level are not taken, and a name may have a level of its own")
  func levels() {
    let center = Self.center(.warning)
    center.setLevel(.trace, of: "sim")
    for origin in ["sim", "web"] {
      let log = center.log(origin)
      log.trace("t")
      log.debug("d")
      log.info("i")
      log.warning("w")
      log.error("e")
    }
    func messages(_ origin: String) -> [String] {
      center.history(last: 100) { $0.origin == origin }.map(\.message)
    }
    #expect(messages("sim") == ["t", "d", "i", "w", "e"])
    #expect(messages("web") == ["w", "e"])
    #expect(center.level(of: "sim") == .trace && center.level(of: "web") == .warning)
    center.setLevel(nil, of: "sim")
    center.setLevel(.error)
    #expect(center.level(of: "sim") == .error)
    center.setLevel(nil)
    #expect(center.level(of: "sim") == .error, "there is always a level")
  }

  @Test("the newest lines are kept, oldest first", arguments: [1, 2, 7, 1_000])
  func history(historyMax: Int) {
    let center = Self.center(historyMax: historyMax)
    for number in 1...20 { center.log("x").info("\(number)") }
    let kept = center.history(last: 1_000)
    #expect(kept.map(\.message) == (max(1, 21 - historyMax)...20).map { "\($0)" })
    #expect(kept.last?.number == 20)
    #expect(center.history(last: 3).map(\.message) == Array(kept.map(\.message).suffix(3)))
    #expect(center.history(last: 0).isEmpty)
  }

  @Test("a follower gets every line, and one that is slow sees what it missed")
  func followers() async throws {
    let center = Self.center()
    let stream = try #require(center.follow())
    for number in 1...1_030 { center.log("x").info("\(number)") }
    var numbers: [UInt64] = []
    for await record in stream {
      numbers.append(record.number)
      if record.number == 1_030 { break }
    }
    #expect(numbers == Array(7...1_030))
  }

  @Test("no more followers than allowed, and those who leave make room")
  func followersMax() async throws {
    let center = Self.center()
    var streams: [AsyncStream<LogRecord>] = []
    while let stream = center.follow() { streams.append(stream) }
    #expect(streams.count == LogCenter.followersMax)
    streams.removeLast()
    #expect(center.follow() != nil)
  }

  @Test("the writer gets each line that is taken once")
  func writer() {
    let lines = Mutex<[String]>([])
    let center = LogCenter(level: .info, clock: ManualClock()) { record in
      lines.withLock { $0.append(record.text) }
    }
    center.log("sim").info("started", LogField("instruments", 10))
    center.log("sim").debug("no")
    #expect(
      lines.withLock { $0 } == ["2026-01-01T00:00:00Z info sim: started instruments=10"])
  }

  static func record(_ message: String, _ fields: LogField...) -> LogRecord {
    LogRecord(
      number: 1, time: Timestamp(nanoseconds: 1_767_225_600_001_999_999), level: .warning,
      origin: "engine", message: message, fields: fields)
  }

  @Test(
    "values that hold blanks, quotes or control characters are quoted, so that a line is a line")
  func text() {
    let cases: [(LogRecord, String)] = [
      (Self.record("m"), "m"),
      (Self.record("m", LogField("a", "b"), LogField("c", 1.5)), "m a=b c=1.5"),
      (Self.record("m", LogField("a", "b c")), #"m a="b c""#),
      (Self.record("m", LogField("a", "")), #"m a="""#),
      (Self.record("m", LogField("a", #"say "x\y""#)), #"m a="say \"x\\y\"""#),
      (
        Self.record("m", LogField("a", "one\ntwo\r\n\t\u{1b}[31m")),
        #"m a="one\ntwo\r\n\t\u{1b}[31m""#
      ),
      (Self.record("one\ntwo"), #"one\ntwo"#),
    ]
    for (record, expected) in cases {
      #expect(record.text == "2026-01-01T00:00:00.001Z warning engine: " + expected)
    }
  }

  @Test("as JSON every name is there once, also when a field has the name of a part of the line")
  func json() throws {
    let record = Self.record(
      "m", LogField("plugin", "sim"), LogField("time", "x"), LogField("a", "\n"))
    let text = record.json.text()
    #expect(
      text
        == #"{"time":"2026-01-01T00:00:00.001999999Z","level":"warning","plugin":"engine","#
        + #""message":"m","field_plugin":"sim","field_time":"x","a":"\n"}"#)
    _ = try JSONReader().read(Array(text.utf8))
  }
}
