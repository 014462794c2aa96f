import EngineCore
import GRDB
import Support
import Testing

@testable import History

@Suite("The store of bars")
struct HistoryStoreTests {
  private static let epoch: UInt64 = 1_705_312_800_000_000_000

  private func store(_ folder: Folder, cacheBytes: Int = 1 << 20) throws -> HistoryStore {
    try HistoryStore(path: "\(folder.path)/h.sqlite", cacheBytes: cacheBytes)
  }

  private func bar(
    _ start: Int64, _ price: Int64 = 1, sequence: UInt64 = 1, state: BarState = .closed,
    epoch: UInt64 = epoch, flags: EventFlags = [], count: UInt32 = 3
  ) -> HistoryBar {
    HistoryBar(
      bar: Bar(
        instrument: .none, spec: .none, state: state, revision: 7, count: count,
        start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: start + 1),
        open: Price(raw: price), high: Price(raw: price + 2), low: Price(raw: -price),
        close: Price(raw: price + 1), volume: Int128(price) << 70, notional: -Int128(price) << 66,
        buyVolume: Quantity(raw: 5), firstSequence: 3, lastSequence: .max, flags: flags,
        reason: state == .amended ? .late : .none),
      sequence: sequence, epoch: epoch)
  }

  private func batch(
    _ bars: [HistoryBar], _ symbol: String = "A", spec: String = "1s", through: UInt64 = 1,
    epoch: UInt64 = epoch
  ) -> HistoryBatch {
    var batch = HistoryBatch(place: HistoryBatch.Place(epoch: epoch, sequence: through))
    for bar in bars {
      batch.add(
        bar, to: HistoryBatch.Series(instrument: symbol, spec: spec),
        of: Instrument(symbol: symbol, name: "n", increment: Price(raw: 5)))
    }
    return batch
  }

  @Test("a bar comes back as it was, in every field")
  func fields() throws {
    let bars = [
      bar(-5, .max - 3, sequence: .max), bar(7, 1, state: .amended, flags: [.inexact]),
      bar(.max - 1, 2, count: .max),
    ]
    #expect(try HistoryChunk.bars(HistoryChunk.row(bars)) == bars)
    let damaged = HistoryChunk.row(bars).dropLast()
    #expect(throws: PluginError.self) { try HistoryChunk.bars(Array(damaged)) }
  }

  @Test("any range of any series has what was stored last", arguments: 0..<40 as Range<UInt64>)
  func model(seed: UInt64) throws {
    let folder = try Folder()
    // Nothing, a part, or all of it fits into memory.
    let store = try store(folder, cacheBytes: [0, 20_000, 1 << 20][Int(seed % 3)])
    var random = SeededRandom(seed: seed)
    var model: [String: [Int64: HistoryBar]] = [:]
    let specs = ["1s", "1d", "100t", "1ms"]
    for round in 1...20 {
      let spec = specs[Int(random.next() % 4)]
      let step: Int64 = spec == "1d" ? 86_400_000_000_000 : 40_000_000
      let bars = (0..<Int(random.next() % 60)).map { index in
        bar(
          (Int64(random.next() % 400) - 200) * step, Int64(random.next() % 1000),
          sequence: UInt64(round * 100 + index), state: random.next() % 6 == 0 ? .void : .closed)
      }
      for bar in bars {
        model[spec, default: [:]][bar.bar.start.nanoseconds] = bar.bar.state == .void ? nil : bar
      }
      try store.commit(batch(bars, spec: spec, through: UInt64(round)))
      let asked = specs[Int(random.next() % 4)]
      let all = (model[asked] ?? [:]).values.sorted { $0.bar.start < $1.bar.start }
      let width: Int64 = asked == "1d" ? 86_400_000_000_000 : 40_000_000
      let bounds = [0, 1].map { _ in (Int64(random.next() % 420) - 210) * width }.sorted()
      let limit = Int(random.next() % 100) + 1
      let range = all.filter {
        $0.bar.start.nanoseconds >= bounds[0] && $0.bar.start.nanoseconds < bounds[1]
      }
      func ask(_ end: HistoryBarQuery.End) throws -> [HistoryBar] {
        try store.bars(
          HistoryBarQuery(
            instrument: "A", spec: asked, from: Timestamp(nanoseconds: bounds[0]),
            to: Timestamp(nanoseconds: bounds[1]), limit: limit, end: end))
      }
      // The second time from memory, where it was read as a whole.
      for _ in 0..<2 {
        #expect(try ask(.oldest) == Array(range.prefix(limit + 1)))
        #expect(try ask(.newest) == Array(range.suffix(limit + 1)))
      }
      let series = try store.series()
      for (spec, bars) in model where !bars.isEmpty {
        let row = try #require(series.first { $0.spec == spec })
        #expect(row.bars == bars.count)
        #expect(row.first.nanoseconds == bars.keys.min() && row.last.nanoseconds == bars.keys.max())
      }
    }
  }

  @Test("of two logs the newer one counts, unless its bar lacks ticks that the other has")
  func logs() throws {
    let folder = try Folder()
    let store = try store(folder)
    func stored() throws -> HistoryBar? {
      try store.bars(HistoryBarQuery(instrument: "A", spec: "1s")).first
    }
    let old = bar(0, 1, sequence: 900)
    try store.commit(batch([old], through: 900))
    let lacking = bar(0, 2, sequence: 5, epoch: 2, flags: [.incompleteLeft], count: 1)
    try store.commit(batch([lacking], through: 5, epoch: 2))
    #expect(try stored() == old)
    let whole = bar(0, 3, sequence: 4, epoch: 3)
    try store.commit(batch([whole], through: 4, epoch: 3))
    #expect(try stored() == whole)
    #expect(try store.place() == HistoryBatch.Place(epoch: 3, sequence: 4))
    try store.commit(batch([bar(0, 4, sequence: 3, epoch: 3)], through: 3, epoch: 3))
    #expect(try stored() == whole && store.place()?.sequence == 4)
  }

  @Test("a migration down and up again loses no bar, and counts them anew")
  func migrations() throws {
    let folder = try Folder()
    let store = try store(folder)
    try store.commit(batch((0..<200).map { bar($0 * 1_000_000_000, $0) }))
    let (bars, series) = (
      try store.bars(HistoryBarQuery(instrument: "A", spec: "1s")), try store.series()
    )
    #expect(try bars.count == 200 && series[0].bars == 200 && store.version == 2)
    try store.migrate(to: 1)
    #expect(throws: PluginError.self) { try store.series() }
    try store.migrate(to: 2)
    #expect(try store.series() == series)
    #expect(try store.bars(HistoryBarQuery(instrument: "A", spec: "1s")) == bars)
    try store.migrate(to: 0)
    let fresh = try self.store(folder)
    #expect(try fresh.series().isEmpty && fresh.place() == nil)
  }

  @Test("a store of a newer program is refused, and told apart")
  func newer() throws {
    let folder = try Folder()
    _ = try store(folder)
    let path = "\(folder.path)/h.sqlite"
    try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 9") }
    let error = #expect(throws: PluginError.self) { try HistoryStore(path: path, cacheBytes: 0) }
    #expect(error?.message.contains("version 9, and this program knows 2") == true)
    let none = #expect(throws: PluginError.self) {
      try HistoryStore(path: "/proc/none/h", cacheBytes: 0)
    }
    #expect(none?.message.hasPrefix("/proc/none/h cannot be opened") == true)
  }

  @Test("chunks that are too old are removed")
  func pruning() throws {
    let folder = try Folder()
    let store = try store(folder)
    try store.commit(batch((0..<640).map { bar($0 * 1_000_000_000, $0) }))
    #expect(try store.prune(before: Timestamp(nanoseconds: 200_000_000_000)) == 3)
    let first = try store.bars(HistoryBarQuery(instrument: "A", spec: "1s")).first
    #expect(first?.bar.start.nanoseconds == 192_000_000_000)
    #expect(try store.series()[0].bars == 448)
  }
}
