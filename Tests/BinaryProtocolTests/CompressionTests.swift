import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Compression")
struct CompressionTests {
  static func expand(_ payload: [UInt8], limit: Int = 1 << 20) throws(RecordError) -> [UInt8] {
    var records: [UInt8] = []
    try FrameExpander().expand(payload.raw, limit: limit, into: &records)
    return records
  }

  @Test("records come back from a compressed frame, whatever their number", arguments: 0..<100)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var records: [UInt8] = []
    for index in 0..<Int.random(in: 0...300, using: &random) {
      RecordCodecTests.encoder.append(
        .random(sequence: UInt64(index + 1), using: &random), to: &records)
    }
    records += random.bytes(8 * Int.random(in: 0...7, using: &random))
    var payload: [UInt8] = []
    let compressor = FrameCompressor(level: Int.random(in: 1...9, using: &random))
    compressor.append(records.raw, to: &payload)
    #expect(try Self.expand(payload) == records)
    // One after the other with the same state: each stands alone.
    var second: [UInt8] = []
    compressor.append(records.raw, to: &second)
    #expect(second == payload)
  }

  @Test("transposition is what the page says", arguments: [0, 8, 64, 72, 512, 640, 1000, 4096])
  func transposition(count: Int) {
    var random = SeededRandom(seed: UInt64(count))
    let bytes = random.bytes(count)
    var expected = bytes
    let rows = count / 64
    for index in 0..<64 * rows { expected[(index % 64) * rows + index / 64] = bytes[index] }
    var transposed: [UInt8] = []
    Transposition.append(bytes.raw, to: &transposed)
    #expect(transposed == expected)
    var back: [UInt8] = [1, 2, 3]
    Transposition.restore(transposed.raw, to: &back)
    #expect(back == bytes)
  }

  @Test("a payload that would grow a thousandfold is refused before it grows")
  func expansion() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    var payload: [UInt8] = []
    FrameCompressor(level: 9).append(zeros.raw, to: &payload)
    #expect(payload.count < 1_100)
    #expect(throws: RecordError.compression(expected: 65_536, found: "1048576")) {
      try Self.expand(payload, limit: 65_536)
    }
    // One that lies about its size is stopped there.
    payload.patch(64, at: 0)
    #expect(throws: RecordError.compression(expected: 64, found: "more")) {
      try Self.expand(payload, limit: 65_536)
    }
    payload.patch(1 << 20, at: 0)
    #expect(try Self.expand(payload) == zeros)
  }

  @Test("sizes that lie, streams that are cut, damaged or go on are refused")
  func damaged() {
    var records: [UInt8] = []
    for index in 1...20 { RecordCodecTests.encoder.append(.numbered(UInt64(index)), to: &records) }
    var payload: [UInt8] = []
    FrameCompressor().append(records.raw, to: &payload)
    func isRefused(_ bytes: [UInt8]) -> Bool { (try? Self.expand(bytes)) == nil }
    for count in 0..<payload.count { #expect(isRefused(Array(payload[..<count])), "\(count)") }
    #expect(isRefused(payload + [0]))
    for size: UInt32 in [0, 1, 1_272, 1_279, 1_281, 1_288, .max] {
      var lie = payload
      lie.patch(size, at: 0)
      #expect(isRefused(lie), "\(size)")
    }
    for index in 4..<payload.count {
      var changed = payload
      changed[index] ^= 0x10
      // The checksum of the stream finds what the format does not; another way to write the same
      // is no damage.
      let expanded = try? Self.expand(changed)
      #expect(expanded == nil || expanded == records, "\(index)")
    }
  }
}
