import BinaryProtocol
import EngineCore
import TickFiles

/// Publishes rows of text and keeps the books: what was taken, what was not, and on which line it
/// stood.
struct TickPublisher {
  /// Events handed over at a time, so that rejects are told soon.
  private static let batchMax = 1_024

  private let publisher: FeedPublisher
  private let format: RowFormat
  private let output: Output
  private var text: TickText
  /// By index of the symbol.
  private var instruments: [InstrumentID] = []
  private var book = LineBook()
  private(set) var report = PublishReport()

  init(_ publisher: FeedPublisher, _ format: RowFormat, output: Output) {
    self.publisher = publisher
    self.format = format
    self.output = output
    text = TickText(format)
  }

  /// Publishes what an input has, until its end or until it is stopped.
  mutating func publish(
    _ input: any ByteSource, isStopped: @escaping @Sendable () -> Bool
  ) async throws(ControlError) {
    while let piece = try await input.next(isStopped: isStopped) {
      try await take(try read(piece, isLast: false))
    }
    // A row that is cut because somebody interrupted is not one.
    if !isStopped() { try await take(try read([], isLast: true)) }
    do throws(CallError) {
      report.progress = try await publisher.finish()
    } catch {
      await tellRejects()
      throw .feed(error)
    }
    await tellRejects()
  }

  private mutating func read(_ piece: [UInt8], isLast: Bool) throws(ControlError) -> TickText.Rows {
    do throws(LayoutError) {
      return try text.read(piece, isLast: isLast)
    } catch {
      throw ControlError(.refused, "the input: \(error)", hint: "see enginectl help publish")
    }
  }

  private mutating func take(_ rows: TickText.Rows) async throws(ControlError) {
    for fault in rows.faults {
      report.unreadable += 1
      tell(PublishReport.Reject(line: fault.line, code: nil, reason: fault.description))
    }
    guard let kind = text.layout?.kind, !rows.rows.isEmpty else { return }
    for symbol in text.symbols[instruments.count...] {
      instruments.append(
        await publisher.define(
          Instrument(
            symbol: symbol, venue: format.venue, pricePrecision: format.pricePrecision)))
    }
    let stamp = RowStamp(
      kind, .none, receiveTime: Timestamp(nanoseconds: .min), flags: [])
    var start = 0
    while start < rows.rows.count {
      let end = min(start + Self.batchMax, rows.rows.count)
      var events: [Event] = []
      events.reserveCapacity(end - start)
      for index in start..<end {
        var row = rows.rows[index]
        row.instrument = instruments[rows.symbols[index]]
        events.append(stamp.event(row))
        book.add(line: rows.lines[index])
      }
      report.rows += UInt64(end - start)
      start = end
      try await publish(events)
    }
  }

  private mutating func publish(_ events: [Event]) async throws(ControlError) {
    let failure: CallError?
    do throws(CallError) {
      try await publisher.publish(events)
      failure = nil
    } catch {
      failure = error
    }
    report.progress = await publisher.progress()
    await tellRejects()
    if let failure { throw .feed(failure) }
  }

  /// Tells what the server has rejected since the last time.
  private mutating func tellRejects() async {
    let (listed, others) = await publisher.takeRejects()
    for reject in listed {
      tell(
        PublishReport.Reject(
          line: book.line(of: reject.sequence), code: reject.code, reason: reject.reason))
    }
    if others > 0 {
      report.addOmitted(others)
      if !output.isJSON { output.notice("\(Figures.grouped(others)) more rows were rejected") }
    }
    book.forget(through: report.progress.decided)
  }

  private mutating func tell(_ reject: PublishReport.Reject) {
    report.add(reject)
    if !output.isJSON { output.notice(reject.text) }
  }
}
