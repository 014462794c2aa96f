import EngineCore
import Support
import Synchronization
import Testing

@testable import History

@Suite("Rows of the store that are remembered", .timeLimit(.minutes(1)))
struct HistoryRowCacheTests {
  private func row(_ number: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 1024)
  }

  private func add(
    _ rows: [Int64: Int], of keys: ClosedRange<Int64>, to cache: HistoryRowCache
  ) {
    // As in the store: it is asked first.
    _ = all(cache, keys)
    let version = cache.reading()
    cache.add(
      rows.sorted { $0.key < $1.key }.map { (key: $0.key, row: row($0.value)) }, of: keys,
      version: version)
  }

  private func all(_ cache: HistoryRowCache, _ keys: ClosedRange<Int64>) -> [[UInt8]]? {
    cache.rows(keys, isNewest: false) { _ in true }
  }

  @Test("a range is known when all of it was read, also where there is nothing")
  func ranges() {
    let cache = HistoryRowCache(bytesMax: 1 << 20)
    #expect(all(cache, 1...5) == nil)
    add([2: 2, 4: 4], of: 1...5, to: cache)
    #expect(all(cache, 1...5) == [row(2), row(4)])
    #expect(all(cache, 3...3) == [])
    #expect(all(cache, 1...6) == nil && all(cache, 0...5) == nil)
    var seen = 0
    let newest = cache.rows(0...5, isNewest: true) { _ in
      seen += 1
      return false
    }
    #expect(newest == [row(4)] && seen == 1)
    #expect(cache.figures.hits == 3 && cache.figures.misses == 1)
    cache.clear()
    #expect(all(cache, 2...2) == nil && cache.figures.bytes == 0 && cache.figures.rows == 0)
  }

  @Test("a commit changes what is known, and keeps out what was read before it")
  func commits() {
    let cache = HistoryRowCache(bytesMax: 1 << 20)
    add([1: 1, 2: 2, 3: 3], of: 1...4, to: cache)
    let version = cache.reading()
    cache.changed([1: row(9), 2: nil, 4: row(8), 7: row(7)])
    #expect(all(cache, 1...4) == [row(9), row(3), row(8)])
    #expect(all(cache, 7...7) == nil)
    cache.add([(key: 7, row: row(1))], of: 7...7, version: version)
    #expect(all(cache, 7...7) == nil)
    let cleared = cache.reading()
    cache.clear()
    cache.add([(key: 7, row: row(1))], of: 7...7, version: cleared)
    #expect(all(cache, 7...7) == nil)
  }

  @Test("it is bounded, and what was asked for last stays")
  func bounds() {
    let cost = 1024 + HistoryRowCache.rowCost
    let cache = HistoryRowCache(bytesMax: 8 * cost)
    for key in 1...8 as ClosedRange<Int64> { add([key: Int(key)], of: key...key, to: cache) }
    #expect(cache.figures.bytes == 8 * cost && cache.figures.rows == 8)
    for key in 1...3 as ClosedRange<Int64> { #expect(all(cache, key...key) != nil) }
    add([9: 9], of: 9...9, to: cache)
    #expect(cache.figures.bytes <= 6 * cost)
    #expect((1...9).filter { all(cache, $0...$0) != nil } == [1, 2, 3, 7, 8, 9])
    add([:], of: 100...100 + HistoryRowCache.rowsMax, to: cache)
    #expect(all(cache, 100...100) == nil)
    let none = HistoryRowCache(bytesMax: 0)
    add([1: 1], of: 1...1, to: none)
    #expect(none.figures.bytes == 0 && all(none, 1...1) == nil)
  }

  /// Commits by two threads, and questions beside them on others: none may get what is older than
  /// what was committed when it was asked.
  @Test(
    "no answer is older than the last commit before its question", arguments: [0, 20_000, 1 << 20])
  func fresh(bytes: Int) async throws {
    let folder = try Folder()
    let store = try HistoryStore(path: "\(folder.path)/h.sqlite", cacheBytes: bytes)
    let rounds: Int64 = 150
    let done = [Committed(), Committed()]
    func commit(_ symbol: String, _ round: Int64) throws {
      var batch = HistoryBatch(place: HistoryBatch.Place(epoch: 1, sequence: 1))
      for chunk in 0..<4 as Range<Int64> {
        let start = Timestamp(nanoseconds: chunk * 64_000_000_000)
        let bar = Bar(
          instrument: .none, spec: .none, state: .closed, count: 1, start: start, end: start,
          open: Price(raw: round), high: .zero, low: .zero, close: .zero, volume: 0, notional: 0)
        batch.add(
          HistoryBar(bar: bar, sequence: UInt64(round), epoch: 1),
          to: HistoryBatch.Series(instrument: symbol, spec: "1s"), of: Instrument(symbol: symbol))
      }
      try store.commit(batch)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (symbol, done) in zip(["A", "B"], done) {
        group.addTask {
          for round in 1...rounds {
            try commit(symbol, round)
            done.round.store(round, ordering: .releasing)
          }
        }
        group.addTask {
          while true {
            let floor = done.round.load(ordering: .acquiring)
            let query = HistoryBarQuery(
              instrument: symbol, spec: "1s", from: .zero,
              to: Timestamp(nanoseconds: 300_000_000_000))
            let found = try store.bars(query).map(\.bar.open.raw)
            #expect(found.allSatisfy { $0 >= floor } && (floor == 0 || found.count == 4))
            // One commit, or those after it, as a whole.
            #expect(Set(found).count <= 1)
            if floor == rounds { return }
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private final class Committed: Sendable {
    let round = Atomic<Int64>(0)
  }
}
