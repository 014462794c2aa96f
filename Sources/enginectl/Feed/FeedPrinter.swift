import BinaryProtocol
import EngineCore

/// Prints the batches of a subscription, until as many events as were asked for.
struct FeedPrinter {
  /// What is printed.
  enum Form: Sendable {
    case lines, json, raw
  }

  let form: Form
  /// Whether position records are shown.
  var showsPositions = false
  /// Whether somebody subscribed to definitions; those that only give ids their names are not
  /// shown.
  var showsDefinitions = false
  /// Events that may still come; a gap is told and not counted.
  private(set) var left: Int
  private var lines: EventLines
  private let json: RecordJSON
  private let output: Output

  init(_ form: Form, limit: Int?, names: any EventNames, output: Output) {
    self.form = form
    self.output = output
    left = limit ?? .max
    lines = EventLines(style: output.style)
    json = RecordJSON(names: names)
  }

  /// Prints a batch; false when that was the last one.
  mutating func print(_ batch: FeedBatch) throws(ControlError) -> Bool {
    if let answer = batch.answer { tell(answer, isAgain: batch.reconnects > 0) }
    guard !batch.records.isEmpty else { return true }
    var shown: [String] = []
    let end: Int
    do throws(RecordError) {
      end = try walk(batch.records, &shown)
    } catch {
      // The client has read the same bytes before.
      throw .feed(CallError(.internalError, "subscribe: \(error)"))
    }
    if form == .raw {
      try output.bytes(Array(batch.records[..<end]))
    } else {
      try output.lines(shown)
    }
    return left > 0
  }

  /// Takes record after record; returns where the last one that is to be printed ends.
  private mutating func walk(
    _ records: [UInt8], _ shown: inout [String]
  ) throws(RecordError) -> Int {
    var decoder = RecordDecoder(records.raw)
    while left > 0, let record = try decoder.next() {
      if case .event(let event) = record, event.kind != .gap { left -= 1 }
      guard form != .raw, isShown(record) else { continue }
      let text = json.text(record)
      shown.append(form == .json ? text : line(text))
    }
    return left > 0 ? records.count : decoder.offset
  }

  private func isShown(_ record: Record) -> Bool {
    switch record {
    case .event: true
    case .definition(let definition): showsDefinitions && definition.sequence > 0
    case .position: showsPositions
    }
  }

  private mutating func line(_ text: String) -> String {
    guard let value = try? JSONReader().read(text) else { return text }
    return lines.line(value)
  }

  // MARK: What the server says of the stream

  private func tell(_ answer: SubscribeAnswer, isAgain: Bool) {
    for warning in answer.warnings { output.notice(warning) }
    switch answer.resume {
    case .notAsked: break
    case .complete: if isAgain { output.notice("connected again: nothing is missing") }
    case .partial: output.notice("events are missing\(Self.range(answer.missing))")
    case .anotherEpoch:
      output.notice(
        "the engine has begun another log, \(answer.position.epoch)\(Self.range(answer.missing))")
    }
  }

  private static func range(_ missing: ClosedRange<UInt64>?) -> String {
    missing.map { ": \($0.lowerBound) … \($0.upperBound) are gone" } ?? ""
  }
}
