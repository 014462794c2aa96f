import EngineCore
import Testing

@testable import AlertRules

/// Edges in order, and a price among them.
@Suite("Ladders of thresholds")
struct ThresholdLadderTests {
  @Test("a moving price passes what looking at every edge finds", arguments: 0..<12)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var ladder = ThresholdLadder()
    var model: [(key: Int64, number: Int32)] = []
    var price = Int64.min
    // Some with many edges, so that there are leaves to split and to empty.
    let range: UInt64 = seed % 2 == 0 ? 30 : 5000
    let adds = seed % 3 == 0 ? 95 : 60
    for step in 0..<3000 {
      let key = Int64(random.next() % range)
      let draw = Int(random.next() % 100)
      if draw < adds, step < 2000 {
        ladder.insert(key, Int32(step), at: price)
        model.append((key, Int32(step)))
      } else if draw % 2 == 0, !model.isEmpty {
        let (key, number) = model.remove(at: Int(random.next() % UInt64(model.count)))
        ladder.remove(key, number, at: price)
      } else if price == .min {
        price = key
        ladder.seek(price)
      } else {
        var passed: [Int32] = []
        ladder.move(to: key, &passed)
        let expected = model.filter { ($0.key < price) != ($0.key < key) }.map(\.number)
        let isSame = passed.sorted() == expected.sorted()
        #expect(isSame)
        price = key
      }
      let above = model.map(\.key).filter { $0 >= price }.min() ?? .max
      let below = model.map(\.key).filter { $0 < price }.max().map { $0 + 1 } ?? .min
      let isRight = ladder.above == above && ladder.below == below
      #expect(isRight && ladder.isEmpty == model.isEmpty)
    }
  }
}
