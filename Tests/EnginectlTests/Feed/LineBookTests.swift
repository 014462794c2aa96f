import EngineCore
import Testing

@testable import enginectl

@Suite("Lines of published events")
struct LineBookTests {
  @Test(
    "every event that is not decided has its line, as a plain list says",
    arguments: 0..<100 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var book = LineBook()
    var list: [Int] = []
    var line = 1
    var decided: UInt64 = 0
    for _ in 0..<300 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0: line += Int.random(in: 1...5, using: &random)
      case 1:
        decided = min(UInt64(list.count), decided + .random(in: 0...40, using: &random))
        book.forget(through: decided)
      default:
        line += 1
        book.add(line: line)
        list.append(line)
      }
      for sequence in decided + 1..<UInt64(list.count) + 1 {
        #expect(book.line(of: sequence) == list[Int(sequence) - 1])
      }
      #expect(book.line(of: UInt64(list.count) + 1) == nil)
    }
  }

  @Test("rows without a break are one entry, however many")
  func size() {
    var book = LineBook()
    for line in 2..<10_000 { book.add(line: line) }
    #expect(book.count == 1)
    for line in stride(from: 10_001, to: 10_100, by: 2) { book.add(line: line) }
    #expect(book.count == 51)
    book.forget(through: 10_000 + 40)
    #expect(book.count < 12)
  }
}
