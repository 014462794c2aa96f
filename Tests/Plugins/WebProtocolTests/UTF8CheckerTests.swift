import EngineCore
import Testing

@testable import WebProtocol

@Suite("UTF-8 in pieces")
struct UTF8CheckerTests {
  private static func isText(_ pieces: [[UInt8]]) -> Bool {
    var checker = UTF8Checker()
    for piece in pieces where !checker.take(piece.raw) { return false }
    return checker.isComplete
  }

  @Test("random bytes are text when String says so, however they are cut", arguments: 0..<500)
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...30, using: &random) {
      if random.chance(90) {
        bytes += random.text(Int.random(in: 1...9, using: &random)).utf8
      } else {
        bytes.append(UInt8.random(in: 0x70...0xFF, using: &random))
      }
    }
    if random.chance(30), !bytes.isEmpty { bytes.removeLast() }
    let expected = String(validating: bytes, as: UTF8.self) != nil
    #expect(Self.isText([bytes]) == expected)
    #expect(Self.isText(bytes.pieces(using: &random)) == expected)
  }

  @Test("every sequence of two bytes, and every lead with its edges, is what String says")
  func edges() {
    var wrong = 0
    let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
    for first in UInt8.min ... .max {
      for second in UInt8.min ... .max {
        var all = [[first, second]]
        if first >= 0xE0 {
          for third in edges { all.append([first, second, third]) }
          for third in edges { for fourth in edges { all.append([first, second, third, fourth]) } }
        }
        for bytes in all
        where Self.isText([bytes]) != (String(validating: bytes, as: UTF8.self) != nil) {
          wrong += 1
        }
      }
    }
    #expect(wrong == 0)
  }
}
