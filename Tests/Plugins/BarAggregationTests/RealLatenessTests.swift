import BarAggregation
import EngineCore
import Foundation
import Testing

/// Where the recorded sessions are.
enum RecordedSessions {
  static let path: String? = [
    ProcessInfo.processInfo.environment["TICKWIRE_SHARED"], "../shared",
  ].compactMap { $0.map { $0 + "/data/expected" } }.first {
    FileManager.default.fileExists(atPath: $0)
  }

  static let files: [String] = {
    let names = path.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
    return names.filter { $0.hasPrefix("session-") }.sorted()
  }()
}

/// Trades of real WebSocket sessions in the order in which they were received.
@Suite(
  "Trades as they were received",
  .enabled(
    if: RecordedSessions.path != nil, "no data at ../shared or below TICKWIRE_SHARED"))
struct RealLatenessTests {
  /// ISO 8601, seconds with decimals, or whole milli- or microseconds, by their length of today.
  private func time(_ text: String) throws -> Timestamp {
    if text.contains("T") { return try #require(Timestamp(text)) }
    if text.contains(".") { return Timestamp(nanoseconds: try Price(text).raw) }
    let value = try #require(Int64(text))
    return Timestamp(nanoseconds: value * (text.count > 13 ? 1000 : 1_000_000))
  }

  private func trades(_ name: String) throws -> [Event] {
    let path = (RecordedSessions.path ?? "") + "/" + name
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var ids: [String: UInt32] = [:]
    // A few values have more than nine decimals, which no event can hold.
    return try text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let id = ids[fields[1], default: UInt32(ids.count + 1)]
      ids[fields[1]] = id
      guard let price = try? Price(fields[2]), let size = try? Quantity(fields[3]) else {
        return nil
      }
      return Event(
        Trade(
          instrument: InstrumentID(id), price: price,
          size: size,
          side: fields[4] == "buy" ? .buy : fields[4] == "sell" ? .sell : .unknown,
          eventTime: try time(fields[0]), receiveTime: .zero, source: SourceID(1)))
    }
  }

  @Test("amended bars end as bars of the sorted trades", arguments: RecordedSessions.files)
  func file(name: String) throws {
    var options = BarOptions()
    options.coversPast = true
    // Some sessions begin with trades of the last days, newest first.
    options.amendNanos = .max / 4
    options.history = 100_000
    let specs = ["1s", "1m", "1h", "1d~fx17"]
    var stage = try BarStage(specs, options: options)
    for event in try trades(name) { stage.feed(event) }
    stage.aggregator.finish(to: &stage.output)
    for (index, spec) in specs.enumerated() {
      let expected = try NaiveBars.bars(stage.log, spec, CalendarBook())
      #expect(NaiveBars.final(stage.output.bars, BarStage.id(index)) == expected, "\(spec)")
    }
    if name.contains("GEMINI") { #expect(stage.aggregator.counters.amended > 100) }
    #expect(stage.log.count > 0)
  }
}
