import AlertRules
import BarAggregation
import EngineCore
import TickFiles

/// Rules over a tick file, without a daemon: on the times of the ticks, with the bars that they
/// read made of the same ticks.
struct AlertFileRun {
  private let file: TickFile
  private let symbols: SymbolBook
  private var engine: AlertEngine
  private var aggregator: BarAggregator
  private let hasBars: Bool
  private var output = AlertCollector()
  private(set) var ticks: UInt64 = 0
  private(set) var transitions: [JSONValue] = []
  private(set) var firings = 0
  private(set) var notifications = 0

  /// Takes bars out of the aggregator as they come.
  private struct Bars: BarOutput {
    var events: [Event] = []
    mutating func emit(_ event: Event) {
      if event.kind == .bar { events.append(event) }
    }
  }

  /// - Parameter limits: of flap control and the like; those of the engine by default.
  init(_ settings: FileSettings, rule: AlertRule) throws {
    let compiled = try CompiledAlertRule(rule)
    let symbols = SymbolBook()
    let specs = compiled.specs
    var options = AlertOptions()
    options.clock = .event
    engine = AlertEngine(
      options: options,
      surroundings: AlertSurroundings(
        describe: { AlertInstrument(key: symbols.name(of: $0)) },
        find: { symbols.find($0) },
        specID: { spec in specs.firstIndex(of: spec).map { SpecID(UInt16($0 + 1)) } }))
    var barOptions = BarOptions()
    barOptions.coversPast = true
    barOptions.amendNanos = .max
    aggregator = BarAggregator(options: barOptions) { id in
      BarInstrument(key: symbols.name(of: id), increment: Price(raw: 10_000_000))
    }
    let book = CalendarBook()
    var silence = Bars()
    for (index, spec) in specs.enumerated() {
      try aggregator.add(
        spec, id: SpecID(UInt16(index + 1)),
        calendar: try book.calendar(named: spec.calendar ?? "utc"), to: &silence)
    }
    hasBars = !specs.isEmpty
    self.symbols = symbols
    file = try TickFile(settings) { symbols.id(of: $0) }
    try engine.add(compiled, id: RuleID(1), at: .distantPast, cause: 0, to: &output)
  }

  /// Reads the file to its end and gives what could not be read.
  mutating func run() throws -> [String] {
    var faults: [String] = []
    var bars = Bars()
    let stamp = RowStamp(file.layout.kind, SourceID(1), receiveTime: .zero, flags: .replayed)
    reading: while true {
      switch try file.load() {
      case .rows:
        while file.index < file.rows.count {
          ticks += 1
          var event = stamp.event(file.rows[file.index])
          event.sequence = ticks
          file.index += 1
          take(event, &bars)
        }
      case .fault(let fault): faults.append("\(fault.line): \(fault.description)")
      case .busy: continue
      case .end: break reading
      }
    }
    return faults
  }

  private mutating func take(_ event: Event, _ bars: inout Bars) {
    engine.receive(event, to: &output)
    if hasBars {
      aggregator.receive(event, to: &bars)
      for var bar in bars.events {
        bar.sequence = event.sequence
        engine.receive(bar, to: &output)
      }
      bars.events.removeAll(keepingCapacity: true)
    }
    guard !output.transitions.isEmpty || !output.notifications.isEmpty else { return }
    notifications += output.notifications.count
    for transition in output.transitions { note(transition) }
    output.transitions.removeAll(keepingCapacity: true)
    output.notifications.removeAll(keepingCapacity: true)
  }

  private mutating func note(_ transition: AlertTransition) {
    if transition.to == .firing { firings += 1 }
    let record = AlertRecord(
      number: UInt64(transitions.count + 1), rule: engine.rule(transition.rule)?.id ?? "rule",
      instrument: symbols.name(of: transition.instrument), from: transition.from,
      to: transition.to, reason: transition.reason.text, severity: transition.severity.name,
      delivery: "\(transition.delivery)", isFlapping: transition.isFlapping,
      generation: transition.generation, suppressed: transition.suppressed,
      value: AlertWords.text(transition.value, transition.unit),
      threshold: AlertWords.text(transition.threshold, transition.unit), time: transition.time,
      since: transition.since, epoch: 0, cause: transition.cause,
      message: engine.message(for: transition) ?? "")
    transitions.append(record.json)
  }

  /// Why it does or does not fire at the end of the file: of each instrument that it has met.
  func explanations() -> [JSONValue] {
    symbols.all.compactMap { id in
      engine.explain(RuleID(1), id).map(AlertWords.json)
    }
  }

  /// The answer as JSON; `cause` is the tick's number in the file, from 1.
  func reply(explains: Bool) -> JSONValue {
    JSONValue.object([
      ("ticks", .integer(ticks)), ("firings", .integer(firings)),
      ("notifications", .integer(notifications)), ("transitions", .array(transitions)),
    ]).adding([("explanations", explains ? .array(explanations()) : nil)])
  }
}
