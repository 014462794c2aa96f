import AlertRules
import EngineCore
import Foundation
import Testing
import TickFiles

/// Where each kind of condition begins to be true, tick by tick, against what Oracle/oracle.py
/// has computed without any of this code.
@Suite("Conditions and an independent program")
struct OracleTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Oracle")
  static let shared: String? = [
    ProcessInfo.processInfo.environment["TICKWIRE_SHARED"], "../shared",
  ].compactMap { $0.map { $0 + "/data/ticks/" } }.first {
    FileManager.default.fileExists(atPath: $0)
  }

  struct Line {
    var file: String
    var condition: String
    var ticks: [UInt64]
  }

  /// Lines of an expected file.
  static func lines(_ name: String) throws -> [Line] {
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Line(
        file: fields[0], condition: fields[1],
        ticks: fields[2].split(separator: " ").compactMap { UInt64($0) })
    }
  }

  /// Runs all conditions over ticks and compares.
  static func compare(_ lines: [Line], _ ticks: [Event]) throws {
    var options = AlertOptions()
    options.clock = .event
    options.flapFirings = 0
    var engine = AlertEngine(
      options: options,
      surroundings: AlertSurroundings(
        describe: { _ in AlertInstrument(key: "S") }, find: { _ in InstrumentID(1) },
        specID: { $0.description == "1m" ? SpecID(1) : nil }))
    var output = AlertCollector()
    for (index, line) in lines.enumerated() {
      let rule = try CompiledAlertRule(AlertRule(id: "r\(index)", when: line.condition))
      try engine.add(
        rule, id: RuleID(UInt32(index + 1)), at: .distantPast, cause: 0, to: &output)
    }
    var bars = MinuteBars()
    var events: [Event] = []
    for (index, tick) in ticks.enumerated() {
      var tick = tick
      tick.sequence = UInt64(index + 1)
      if tick.kind == .trade, let bar = bars.add(tick.trade) {
        var event = Event(bar)
        event.sequence = tick.sequence
        events.append(event)
      }
      events.append(tick)
    }
    engine.receive(events.span, to: &output)
    var fired: [RuleID: [UInt64]] = [:]
    for transition in output.transitions where transition.to == .firing {
      fired[transition.rule, default: []].append(transition.cause)
    }
    for (index, line) in lines.enumerated() {
      let found = fired[RuleID(UInt32(index + 1))] ?? []
      let isSame = found == line.ticks
      #expect(
        isSame, "\(line.file) \(line.condition): \(found.prefix(9)), not \(line.ticks.prefix(9))")
    }
  }

  @Test("every kind of condition fires at exactly the expected ticks")
  func made() throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent("made.csv"), encoding: .utf8)
    let ticks = try text.split(separator: "\n").map { line in
      let fields = line.split(separator: ",")
      let values = try fields.dropFirst().map { try #require(Int64($0)) }
      return Self.tick(fields[0] == "t", values[0], values[1], values[2])
    }
    let lines = try Self.lines("made.expected")
    #expect(lines.count == 33 && lines.allSatisfy { !$0.ticks.isEmpty })
    try Self.compare(lines, ticks)
  }

  @Test(
    "on real ticks, too", .enabled(if: shared != nil, "no data at ../shared or TICKWIRE_SHARED"))
  func real() throws {
    let files = Dictionary(grouping: try Self.lines("real.expected"), by: \.file)
    for (file, lines) in files.sorted(by: { $0.key < $1.key }) {
      let parts = file.split(separator: ":")
      let limit = try #require(Int(parts[1]))
      try Self.compare(lines, try Self.ticks(String(parts[0]), limit))
    }
  }

  private static func tick(_ isTrade: Bool, _ time: Int64, _ first: Int64, _ second: Int64)
    -> Event
  {
    let time = Timestamp(nanoseconds: time)
    guard isTrade else {
      return Event(
        Quote(
          instrument: InstrumentID(1), bid: Price(raw: first), ask: Price(raw: second),
          eventTime: time, receiveTime: time))
    }
    return Event(
      Trade(
        instrument: InstrumentID(1), price: Price(raw: first), size: Quantity(raw: second),
        eventTime: time, receiveTime: time))
  }

  /// The first ticks of a compressed file: its columns are a time, a symbol and two numbers.
  private static func ticks(_ name: String, _ limit: Int) throws -> [Event] {
    var stream = try ByteStream(path: (shared ?? "") + name)
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = try stream.read(into: &buffer, from: 0)
      if count == 0 { break }
      text += buffer[..<count]
    }
    let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: limit + 1)
    return try lines.dropFirst().prefix(limit).map { line in
      let fields = line.split(
        separator: UInt8(ascii: ","), maxSplits: 4, omittingEmptySubsequences: false)
      let time = try #require(Int64(String(decoding: fields[0], as: UTF8.self)))
      return tick(
        name.contains(".trades."), time, try FixedPoint.parse(Array(fields[2]).span),
        try FixedPoint.parse(Array(fields[3]).span))
    }
  }
}

/// Bars of a minute, each seen with the first trade of a later one.
struct MinuteBars {
  private var open: Bar?

  mutating func add(_ trade: Trade) -> Bar? {
    let minute: Int64 = 60_000_000_000
    let start = trade.eventTime.nanoseconds / minute * minute
    var closed: Bar?
    if let bar = open, start > bar.start.nanoseconds {
      closed = bar
      open = nil
    }
    var bar =
      open
      ?? Bar(
        instrument: trade.instrument, spec: SpecID(1), state: .closed, count: 0,
        start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: start + minute),
        open: trade.price, high: trade.price, low: trade.price, close: trade.price, volume: 0,
        notional: 0)
    bar.high = max(bar.high, trade.price)
    bar.low = min(bar.low, trade.price)
    bar.close = trade.price
    bar.count += 1
    bar.volume += Int128(trade.size.raw)
    bar.notional += Int128(trade.size.raw) * Int128(trade.price.raw)
    open = bar
    return closed
  }
}
