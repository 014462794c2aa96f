/// The exclusive or of RFC 6455 section 5.3, eight bytes at a time.
enum Masking {
  /// Appends bytes with the mask taken off, or put on. `phase` is the offset of the first one
  /// within its frame.
  static func append(_ bytes: RawSpan, key: UInt32, phase: Int, to target: inout [UInt8]) {
    let count = bytes.byteCount
    guard count > 0 else { return }
    let half = rotated(key, phase)
    let word = UInt64(half) | UInt64(half) << 32
    target.append(addingCapacity: count) { output in
      // Safe: both buffers have `count` bytes, and every offset below is within them.
      unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
        unsafe bytes.withUnsafeBytes { source in
          let from = unsafe source.baseAddress.unsafelyUnwrapped
          let to = unsafe UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped + filled)
          var index = 0
          while index &+ 8 <= count {
            let value = unsafe (from + index).loadUnaligned(as: UInt64.self)
            unsafe (to + index).storeBytes(of: value ^ word.littleEndian, as: UInt64.self)
            index &+= 8
          }
          while index < count {
            let value = unsafe (from + index).load(as: UInt8.self)
            let mask = UInt8(truncatingIfNeeded: half >> UInt32(8 * (index & 3)))
            unsafe (to + index).storeBytes(of: value ^ mask, as: UInt8.self)
            index &+= 1
          }
        }
        filled += count
      }
    }
  }

  /// The key for a payload that begins in the middle of its frame.
  private static func rotated(_ key: UInt32, _ phase: Int) -> UInt32 {
    let shift = UInt32(8 * (phase & 3))
    return shift == 0 ? key : key >> shift | key << (32 - shift)
  }
}
