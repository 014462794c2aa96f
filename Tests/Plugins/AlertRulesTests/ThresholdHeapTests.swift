import EngineCore
import Testing

@testable import AlertRules

/// Heaps in which each thing can be found.
@Suite("Heaps of thresholds")
struct ThresholdHeapTests {
  @Test("a heap gives what sorting gives, and knows where everything is", arguments: 0..<100)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var heap = ThresholdHeap()
    var places = [Int32](repeating: ThresholdHeap.nowhere, count: 64)
    var model: [Int32: Int64] = [:]
    for _ in 0..<400 {
      let number = Int32(random.next() % 64)
      switch random.next() % 4 {
      case 0, 1:
        heap.remove(number, &places)
        let key = Int64(random.next() % 40) - 20
        heap.push(key, number, &places)
        model[number] = key
      case 2:
        heap.remove(number, &places)
        model[number] = nil
      default:
        let least = model.values.min()
        let popped = heap.pop(&places)
        #expect(popped?.key == least)
        if let popped {
          #expect(model[popped.number] == popped.key)
          model[popped.number] = nil
        }
      }
      #expect(heap.count == model.count && heap.least == model.values.min() ?? .max)
      for number in Int32(0)..<64 {
        let place = places[Int(number)]
        let isRight =
          model[number].map { key in
            place >= 0 && heap.entries[Int(place)].number == number
              && heap.entries[Int(place)].key == key
          } ?? (place == ThresholdHeap.nowhere)
        #expect(isRight)
      }
    }
  }
}
