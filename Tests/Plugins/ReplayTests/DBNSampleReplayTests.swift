import DBNFiles
import EngineCore
import Foundation
import Testing

@testable import Replay
@testable import TickFiles

/// Files made by others, which are beside the project and not in it.
private enum Samples {
  static let folder: String? = [
    ProcessInfo.processInfo.environment["TICKWIRE_SHARED"], "../shared",
  ].compactMap { $0.map { $0 + "/data/dbn" } }
    .first { FileManager.default.fileExists(atPath: $0 + "/expected.jsonl") }

  static let names: [String] = {
    guard let folder else { return [] }
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { $0.contains(".dbn") }.sorted()
  }()

  /// What Databento's own library reads of each file.
  static let expected: [String: [JSONValue]] = {
    guard let folder, let data = FileManager.default.contents(atPath: folder + "/expected.jsonl")
    else { return [:] }
    let rows = data.split(separator: 0x0A).compactMap { try? JSONReader().read(Array($0)) }
    return Dictionary(grouping: rows) { $0["file"]?.string ?? "" }
  }()
}

@Suite(
  "Replay of Databento's samples",
  .enabled(if: Samples.folder != nil, "the samples are not beside the project: set TICKWIRE_SHARED")
)
struct DBNSampleReplayTests {
  @Test(
    "an engine plays every sample, or says why not", .timeLimit(.minutes(1)),
    arguments: Samples.names)
  func play(name: String) throws {
    let path = try #require(Samples.folder) + "/\(name)"
    let stage = try EngineStage("{\"files\":[\"\(path)\"],\"speed\":\"max\"}")
    let expected = Samples.expected[name] ?? []
    let parts = name.split(separator: ".")
    let schema = try #require(DBNSchema.allCases.first { $0.name == parts[1] })
    let status = try #require(stage.engine.host.status("it"))
    let symbols = stage.engine.catalog.instruments().map(\.key)
    switch schema {
    case .mbo, .status, .statistics, .imbalance:
      #expect(status.lastError?.contains("\(path): DBN, byte 24: expected one of") == true)
      #expect(status.lastError?.contains("found \(schema.name)") == true && symbols.isEmpty)
    case .definition:
      #expect(stage.events.isEmpty && symbols == ["MSFT"])
      #expect(try stage.send("stats")["definitions"]?.int64 == Int64(expected.count))
    default:
      #expect(status.lastError == nil && symbols.count == (expected.isEmpty ? 0 : 1))
      check(stage.events, expected, schema)
    }
  }

  private func check(_ events: [Event], _ expected: [JSONValue], _ schema: DBNSchema) {
    #expect(events.count == expected.count)
    for (event, row) in zip(events, expected) {
      let time = row["ts_event"]?.int64
      switch event.kind {
      case .trade:
        #expect(schema.hasTrades && event.trade.eventTime.nanoseconds == time)
        #expect(event.trade.price.raw == row["price"]?.int64)
      case .quote:
        #expect(schema.hasQuotes && event.quote.eventTime.nanoseconds == time)
      default:
        let bar = event.bar
        let length = Int64(schema.barUnit?.barNanos ?? 0)
        #expect(schema.hasBars && bar.start.nanoseconds == time && bar.state == .closed)
        #expect(bar.end.nanos(since: bar.start) == length && bar.flags == .replayed)
        #expect(bar.open.raw == row["open"]?.int64 && bar.high.raw == row["high"]?.int64)
        #expect(bar.low.raw == row["low"]?.int64 && bar.close.raw == row["close"]?.int64)
        #expect(bar.volume == row["volume"]?.int64.map { Int128($0) * 1_000_000_000 })
      }
    }
  }
}
