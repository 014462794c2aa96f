import EngineCore
import Testing

@testable import JournalFiles

@Suite("Checksums")
struct ChecksumTests {
  /// CRC-32C as its polynomial says, bit by bit.
  private func plain(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
  }

  @Test("what the standard says of nine digits")
  func known() {
    var digits = ByteBuffer()
    for byte in "123456789".utf8 { digits.append(byte) }
    let sum = digits.bytes.checksum(0..<9)
    #expect(sum == 0xE306_9283)
  }

  @Test("any bytes, of any length and from anywhere", arguments: 0..<8 as Range<UInt64>)
  func anyBytes(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let bytes = (0..<20_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    var buffer = ByteBuffer()
    for byte in bytes { buffer.append(byte) }
    // The ends of the parts that are looked at side by side are at multiples of 3072.
    let lengths =
      [0, 1, 7, 8, 3071, 3072, 3073, 6144, 9215] + (0..<8).map { _ in Int(random.next() % 19_000) }
    for length in lengths {
      let start = Int(random.next() % 1000)
      let sum = buffer.bytes.checksum(start..<start + length)
      #expect(
        sum == plain(bytes[start..<start + length]),
        "seed \(seed), \(length) bytes from \(start)")
    }
  }
}
