internal import CZlib

/// zlib for bytes that stand alone.
enum Deflate {
  private static let level: Int32 = 6

  /// Appends the zlib stream of some bytes.
  static func append(_ input: RawSpan, to out: inout ByteBuffer) {
    let bound = Int(compressBound(UInt(input.byteCount)))
    // Safe: both buffers are valid within the closures; zlib writes `bound` bytes at most.
    unsafe input.withUnsafeBytes { source in
      unsafe out.fill(atMost: bound) { room in
        var length = UInt(bound)
        let status = unsafe compress2(
          room.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self), &length,
          source.bindMemory(to: UInt8.self).baseAddress, UInt(source.count), level)
        precondition(status == Z_OK, "what compressBound says is enough")
        return Int(length)
      }
    }
  }

  /// Inflates a stream of exactly `count` bytes behind what the buffer holds.
  static func inflate(
    _ input: RawSpan, count: Int, to out: inout ByteBuffer
  ) throws(BodyFault) {
    var status: Int32 = Z_OK
    var length = UInt(count)
    // Safe: both buffers are valid within the closures; zlib writes `count` bytes at most.
    unsafe input.withUnsafeBytes { source in
      unsafe out.fill(atMost: max(count, 1)) { room in
        status = unsafe uncompress(
          room.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self), &length,
          source.bindMemory(to: UInt8.self).baseAddress, UInt(source.count))
        return Int(length)
      }
    }
    guard status == Z_OK, Int(length) == count else {
      throw BodyFault(reason: "compressed bytes of another length (\(status))")
    }
  }
}
