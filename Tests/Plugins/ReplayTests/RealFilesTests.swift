import EngineCore
import Foundation
import Testing

@testable import Replay
@testable import TickFiles

/// Files made by others, which are beside the project and not in it.
private enum Shared {
  static let path: String? = [
    ProcessInfo.processInfo.environment["TICKWIRE_SHARED"], "../shared",
  ].compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0 + "/data/ticks") }
}

@Suite("Real tick files", .enabled(if: Shared.path != nil))
struct RealFilesTests {
  /// Rows, and sums modulo 2⁶⁴ of time, first value and second value in 10⁻⁹, from Python:
  /// `csv.DictReader` over `gzip.open(path, "rt")`, with `int(row["ts_ns"])`,
  /// `int(Decimal(row.get("price") or row.get("bid")) * 10**9)` and
  /// `int(Decimal(row.get("size") or row.get("ask")) * 10**9)` added up.
  struct Expected: Sendable, CustomTestStringConvertible {
    var name: String
    var rows: Int
    var time: UInt64
    var first: UInt64
    var second: UInt64
    var testDescription: String { name }

    init(_ name: String, _ rows: Int, _ time: UInt64, _ first: UInt64, _ second: UInt64) {
      (self.name, self.rows, self.time, self.first, self.second) = (name, rows, time, first, second)
    }
  }

  @Test(
    "every row is read, and exactly",
    arguments: [
      Expected(
        "btc-1m-closes-2017-11-04_14.trades", 13_681, 1_782_708_165_302_190_080, 30_358_330_410,
        8_177_281_909_042_030),
      Expected(
        "btcusdt-binance-spot-2024-08-08_09.quotes", 73_174, 7_132_983_891_087_854_390,
        4_513_567_913_610_000_000, 4_513_581_916_880_000_000),
      Expected(
        "btcusdt-binance-spot-2024-08-08_09.trades", 19_904, 5_311_226_117_503_545_856,
        1_227_661_736_830_000_000, 437_915_520_000),
      Expected(
        "btcusdt-binance-usdm-2024-08-08.quotes", 66_089, 10_264_816_061_257_874_432,
        4_078_794_124_500_000_000, 4_078_807_625_300_000_000),
      Expected(
        "btcusdt-binance-usdm-2024-08-08.trades", 21_313, 16_719_517_399_886_284_160,
        1_314_875_922_600_000_000, 2_429_366_000_000),
      Expected(
        "eurusd-fxcm-2014-05-01_15.quotes", 1_144_807, 15_257_120_212_220_531_008,
        1_581_253_734_530_000, 1_581_271_613_810_000),
      Expected(
        "eurusd-oanda-hourly-2007_2018.quotes", 74_439, 10_083_201_787_624_005_632,
        95_741_382_570_000, 95_753_494_410_000),
      Expected(
        "multi-3symbols-2014-09-17.trades", 43_581, 7_929_776_315_219_894_872,
        3_623_094_967_700_000, 18_265_408_000_000_000),
      Expected(
        "taq-xxx-2018-01-02_03.trades", 77_263, 5_578_012_556_103_996_480, 12_117_699_902_500_000,
        10_254_551_000_000_000),
      Expected(
        "xrpeth-binance-2019-10-11_13.trades", 12_477, 9_067_991_338_719_183_808, 18_432_867_010,
        5_545_735_000_000_000),
    ])
  func ticks(_ expected: Expected) throws {
    let path = try #require(Shared.path) + "/data/ticks/\(expected.name).csv.gz"
    let symbols = SymbolList()
    let file = try TickFile(FileSettings(path: path)) { symbols.define($0) }
    let reading = Reading(file)
    #expect(reading.faults == [] && reading.failure == nil)
    #expect(reading.rows.count == expected.rows)
    func sum(_ value: (Row) -> Int64) -> UInt64 {
      reading.rows.reduce(0) { $0 &+ UInt64(bitPattern: value($1)) }
    }
    #expect(sum { $0.time } == expected.time)
    #expect(sum { $0.first } == expected.first)
    let isTrade = file.layout.kind == .trades
    #expect(sum { isTrade ? $0.firstSize : $0.second } == expected.second)
    #expect(symbols.symbols.count == (expected.name.hasPrefix("multi") ? 3 : 1))
  }

  private func messy(_ name: String, _ change: (inout FileSettings) -> Void) throws -> Reading {
    var settings = FileSettings(path: try #require(Shared.path) + "/data/messy/" + name)
    change(&settings)
    return Reading(try TickFile(settings) { _ in InstrumentID(1) })
  }

  @Test("other people's layouts are read with a mapping")
  func messyFiles() throws {
    let truefx = try messy("truefx-usdjpy.csv.gz") { $0.rows.symbol = "USDJPY" }
    #expect(truefx.faults == [] && truefx.rows.count == 1_000)
    #expect(truefx.rows[0].time == Timestamp("2013-01-01T22:00:00.295Z")?.nanoseconds)
    #expect(truefx.rows.last?.second == 86_854_000_000)

    let bidAsk = try messy("backtrader-bidask.csv") { settings in
      settings.rows.symbol = "X"
      settings.rows.timeFormat = TimeFormat("dd/MM/yyyy HH:mm:ss")
    }
    #expect(bidAsk.faults == [] && bidAsk.rows.count == 10)
    #expect(bidAsk.rows[0].time == Timestamp("2010-03-02T16:53:50Z")?.nanoseconds)
    #expect(bidAsk.rows[0].first == 534_600_000)

    let sample = try messy("backtrader-ticksample.csv") { settings in
      settings.rows.symbol = "FESX"
      settings.rows.columns = [.price: .name("Close"), .size: .name("Volume")]
      settings.rows.offsetNanos = 7_200_000_000_000
    }
    #expect(sample.faults == [] && sample.rows.count == 135)
    #expect(sample.rows[0].time == Timestamp("2015-09-23T18:57:42.146Z")?.nanoseconds)
    #expect(
      sample.rows[0].first == 3_067_000_000_000 && sample.rows[0].firstSize == 180_000_000_000)
  }
}
