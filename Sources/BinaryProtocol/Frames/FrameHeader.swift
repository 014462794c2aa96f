/// The first twelve bytes of a frame, checked.
struct FrameHeader: Equatable {
  /// Bytes of the payload that follows.
  var length: UInt32
  var type: FrameType
  var flags: UInt8
  var streamID: UInt32

  /// Reads a header at an offset; nil when it is not complete.
  init?(_ bytes: RawSpan, at offset: Int, limit: UInt32) throws(FrameError) {
    guard bytes.byteCount - offset >= WireFormat.headerBytes else { return nil }
    // The length comes first: it is what tells another protocol on this port from ours.
    length = bytes.half(at: offset)
    guard length <= limit else { throw .oversized(length: length, limit: limit) }
    let second = bytes.half(at: offset + 4)
    guard let type = FrameType(rawValue: UInt8(truncatingIfNeeded: second)) else {
      throw .unknownType(UInt8(truncatingIfNeeded: second))
    }
    self.type = type
    flags = UInt8(truncatingIfNeeded: second >> 8)
    guard flags & ~type.knownFlags == 0 else { throw .unknownFlags(type, flags) }
    let reserved = UInt16(truncatingIfNeeded: second >> 16)
    guard reserved == 0 else { throw .reservedBits(reserved) }
    streamID = bytes.half(at: offset + 8)
    guard type.isConnectionFrame == (streamID == 0) else { throw .wrongStream(type, streamID) }
  }
}
