import BarAggregation
import EngineCore

/// An aggregator with what it has put out, and ways to feed it.
struct BarStage {
  var aggregator: BarAggregator
  var output = BarCollector()
  let names: [String]
  private(set) var log: [Event] = []
  private static let second: Int64 = 1_000_000_000
  /// 2024-01-15T10:00:00Z.
  static let base: Int64 = 1_705_312_800 * second

  init(
    _ specs: [String], options: BarOptions = BarOptions(), book: CalendarBook = CalendarBook(),
    instruments: [String: Set<String>] = [:]
  ) throws {
    names = specs
    aggregator = BarAggregator(options: options) { id in
      BarInstrument(key: "I\(id.raw)", increment: Price(raw: 10_000_000))
    }
    for (index, text) in specs.enumerated() {
      let spec = try BarSpec(parsing: text)
      try aggregator.add(
        spec, id: SpecID(UInt16(index + 1)),
        calendar: try book.calendar(named: spec.calendar ?? "utc"),
        instruments: instruments[text], to: &output)
    }
  }

  static func id(_ index: Int) -> SpecID { SpecID(UInt16(index + 1)) }

  /// Gives the event the next position and hands it over.
  mutating func feed(_ event: Event) {
    var event = event
    event.sequence = UInt64(log.count + 1)
    log.append(event)
    // A copy of the log for each tick would take longer than everything else.
    let recall = event.kind == .correction ? LogRecall(log) : nil
    aggregator.receive(event, recall: recall, to: &output)
  }

  /// A trade so many seconds after ten o'clock.
  mutating func trade(
    _ seconds: Double, _ price: String, _ size: String = "1", instrument: UInt32 = 1,
    source: UInt16 = 1, side: AggressorSide = .unknown, venue: UInt64 = 0, received: Double? = nil
  ) {
    guard let price = try? Price(price), let size = try? Quantity(size) else { return }
    func time(_ seconds: Double) -> Timestamp {
      Timestamp(nanoseconds: Self.base + Int64((seconds * 1000).rounded()) * 1_000_000)
    }
    feed(
      Event(
        Trade(
          instrument: InstrumentID(instrument), price: price, size: size, side: side,
          eventTime: time(seconds), receiveTime: received.map(time) ?? .zero,
          venueSequence: venue, source: SourceID(source))))
  }

  /// The engine's time, so many seconds after ten o'clock.
  mutating func time(_ seconds: Double) {
    feed(Event(EngineTime(Timestamp(nanoseconds: Self.base + Int64(seconds * 1e9)))))
  }

  /// - Parameter known: the trade as it stands, when it was corrected before.
  mutating func correct(
    _ target: UInt64, price: String?, size: String = "1", of known: Trade? = nil
  ) {
    let trade = known ?? log[Int(target) - 1].trade
    let price = price.flatMap { try? Price($0) }
    feed(
      Event(
        Correction(
          target: target, instrument: trade.instrument, oldTime: trade.eventTime,
          oldPrice: trade.price, oldSize: trade.size, newPrice: price ?? .undefined,
          newSize: price == nil ? .undefined : (try? Quantity(size)) ?? .undefined,
          source: trade.source)))
  }

  /// What has been put out since the last call, each in a line.
  mutating func lines() -> [String] {
    defer { output.events.removeAll() }
    return output.events.map(line)
  }

  private func line(_ event: Event) -> String {
    if event.kind == .watermark {
      let mark = event.watermark
      return
        "\(names[Int(mark.id) - 1]) [\(clock(mark.start)), \(clock(mark.end))) complete: "
        + "\(mark.bars) bars, \(mark.empty) without"
    }
    let bar = event.bar
    let flags = bar.flags.names.isEmpty ? "" : " \(bar.flags.names.joined(separator: ","))"
    let reason = bar.reason == .none ? "" : " \(bar.reason)"
    return
      "I\(bar.instrument.raw) \(names[Int(bar.spec.raw) - 1]) \(clock(bar.start)) \(bar.open) "
      + "\(bar.high) \(bar.low) \(bar.close) "
      + "v\(FixedPoint.text(wide: bar.volume, decimals: 9)) n\(bar.count) "
      + "\(bar.state) r\(bar.revision)\(reason)\(flags)"
  }

  private func clock(_ time: Timestamp) -> String {
    String("\(time)".dropFirst(11).dropLast())
  }
}

/// The events of a test as a log.
struct LogRecall: TickRecall {
  let events: [Event]
  var first: UInt64 = 1

  init(_ events: [Event], first: UInt64 = 1) {
    self.events = events
    self.first = first
  }

  func events(from: UInt64, through: UInt64, _ body: (Event) -> Void) -> Bool {
    for event in events where event.sequence >= max(from, first) && event.sequence <= through {
      body(event)
    }
    return from >= first
  }
}
