import BarAggregation
import EngineCore
import TickFiles

/// Bars of a tick file, as a value that is run once and then written.
struct BarFileCalculation {
  private let file: TickFile
  private let specs: [BarSpec]
  private let symbols: Symbols
  private var aggregator: BarAggregator

  /// Instruments in the order in which the file names them.
  private final class Symbols {
    var names: [String] = []
    private var ids: [String: InstrumentID] = [:]

    func id(of name: String) -> InstrumentID {
      if let id = ids[name] { return id }
      names.append(name)
      let id = InstrumentID(UInt32(names.count))
      ids[name] = id
      return id
    }
  }

  init(_ settings: FileSettings, specs: [BarSpec], increment: Price) throws {
    var options = BarOptions()
    // A file is all there is: nothing came before it, and nothing in it is too late.
    options.coversPast = true
    options.amendNanos = .max
    options.history = 1 << 40
    var aggregator = BarAggregator(options: options) { id in
      BarInstrument(key: "\(id.raw)", increment: increment)
    }
    let book = CalendarBook()
    var silence = Silence()
    for (index, spec) in specs.enumerated() {
      try aggregator.add(
        spec, id: SpecID(UInt16(index + 1)),
        calendar: try book.calendar(named: spec.calendar ?? "utc"), to: &silence)
    }
    let symbols = Symbols()
    file = try TickFile(settings) { symbols.id(of: $0) }
    self.aggregator = aggregator
    self.specs = specs
    self.symbols = symbols
  }

  private struct Silence: BarOutput {
    mutating func emit(_ event: Event) {}
  }

  /// Reads the file to its end and returns what could not be read.
  mutating func run() throws -> [String] {
    var faults: [String] = []
    var silence = Silence()
    let stamp = RowStamp(
      file.layout.kind, SourceID(1), receiveTime: .zero, flags: .replayed)
    var sequence: UInt64 = 0
    reading: while true {
      switch try file.load() {
      case .rows:
        while file.index < file.rows.count {
          sequence += 1
          var event = stamp.event(file.rows[file.index])
          event.sequence = sequence
          file.index += 1
          aggregator.receive(event, to: &silence)
        }
      case .fault(let fault): faults.append("\(fault.line): \(fault.description)")
      case .busy: continue
      case .end: break reading
      }
    }
    aggregator.finish(to: &silence)
    return faults
  }

  /// Hands over the lines of the answer, many at a time.
  ///
  /// - Parameter numbers: the specs to write, by their places in the list; nil: all.
  func write(
    _ numbers: [Int]? = nil, only symbol: String?, _ body: ([String]) throws(ControlError) -> Void
  ) throws(ControlError) {
    let numbers = numbers ?? Array(specs.indices)
    let hasThresholds = numbers.contains { !specs[$0].isTime }
    let namesSpecs = numbers.count > 1
    try body([
      (namesSpecs ? "spec," : "")
        + "bucket_start_ns,bucket_end_ns,symbol,open,high,low,close,volume,notional,count"
        + (hasThresholds ? ",close_ts_ns,ordinal" : "")
    ])
    for index in numbers {
      let spec = specs[index]
      let rows = rows(of: SpecID(UInt16(index + 1)), only: symbol)
      var lines: [String] = []
      for (name, fold) in rows {
        let line = line(fold, name, spec, hasThresholds: hasThresholds)
        lines.append(namesSpecs ? "\(spec),\(line)" : line)
        if lines.count == 4096 {
          try body(lines)
          lines.removeAll()
        }
      }
      try body(lines)
    }
  }

  /// Finished bars in order of time, then of symbol. Of bars that are not cut by time the last one
  /// is left out when nothing has completed it.
  private func rows(of id: SpecID, only symbol: String?) -> [(String, BarFold)] {
    var rows: [(String, BarFold)] = []
    for (index, name) in symbols.names.enumerated() where symbol == nil || symbol == name {
      let bars = aggregator.bars(InstrumentID(UInt32(index + 1)), id)
      rows += bars.filter { $0.state != .open && $0.state != .void }.map { (name, $0) }
    }
    return rows.enumerated().sorted { left, right in
      (left.element.1.start, left.element.0, left.offset)
        < (right.element.1.start, right.element.0, right.offset)
    }.map(\.element)
  }

  private func line(
    _ fold: BarFold, _ name: String, _ spec: BarSpec, hasThresholds: Bool
  ) -> String {
    func price(_ raw: Int64) -> String { Price(raw: raw).text() }
    var line = "\(fold.start),\(fold.end),\(Self.field(name)),\(price(fold.open)),"
    line += "\(price(fold.high)),\(price(fold.low)),\(price(fold.close)),"
    // Quotes trade nothing.
    if spec.price == .last {
      line += FixedPoint.text(wide: fold.volume, decimals: 9) + ","
      line += FixedPoint.text(wide: fold.notional, decimals: 18)
    } else {
      line += ","
    }
    line += ",\(fold.count)"
    if hasThresholds {
      line += spec.isTime ? ",," : ",\(fold.closeTime),\(fold.ordinal)"
    }
    return line
  }

  /// A symbol with a comma or a quote in it stands in quotes.
  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
