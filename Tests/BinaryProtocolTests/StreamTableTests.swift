import Testing

@testable import BinaryProtocol

@Suite("Streams of a connection")
struct StreamTableTests {
  @Test("behave as a dictionary does, in rising order", arguments: 0..<50 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = StreamTable<UInt64>()
    var model: [UInt32: UInt64] = [:]
    for step in 0..<400 as Range<UInt64> {
      let id = UInt32(truncatingIfNeeded: random.next() % 24)
      switch random.next() % 4 {
      case 0:
        table[id] = step
        model[id] = step
      case 1:
        let removed = table.removeValue(forKey: id)
        #expect(removed == model.removeValue(forKey: id))
      case 2:
        if let index = table.index(of: id) { table[at: index] += 1 }
        model[id]? += 1
      default:
        table[id] = nil
        model[id] = nil
      }
      #expect(table[id] == model[id])
      #expect(table.keys == model.keys.sorted())
      #expect(table.values == model.sorted { $0.key < $1.key }.map(\.value))
      #expect(table.count == model.count && table.isEmpty == model.isEmpty)
    }
    table.removeAll()
    #expect(table.isEmpty)
  }
}
