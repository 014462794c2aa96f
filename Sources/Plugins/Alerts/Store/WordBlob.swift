internal import Foundation

/// Words as bytes, the lowest first.
enum WordBlob {
  static func data(_ words: [Int64]) -> Data {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(words.count * 8)
    for word in words {
      let bits = UInt64(bitPattern: word)
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
      }
    }
    return Data(bytes)
  }

  /// Nil when these are no whole words.
  static func words(_ data: Data) -> [Int64]? {
    guard data.count % 8 == 0 else { return nil }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      var bits: UInt64 = 0
      for place in 0..<8 { bits |= UInt64(bytes[start + place]) << UInt64(place * 8) }
      return Int64(bitPattern: bits)
    }
  }
}
