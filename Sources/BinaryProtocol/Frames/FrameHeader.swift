/// The first twelve bytes of a frame, checked.
struct FrameHeader: Equatable {
  /// Bytes of the payload that follows.
  var length: UInt32
  var type: FrameType
  var flags: UInt8
  var streamID: UInt32

  /// Reads a header at an offset; nil when it is not complete.
  init?(_ bytes: [UInt8], at offset: Int, limit: UInt32) throws(FrameError) {
    guard bytes.count - offset >= WireFormat.headerBytes else { return nil }
    func little(_ start: Int, _ count: Int) -> UInt32 {
      var value: UInt32 = 0
      for index in 0..<count {
        value |= UInt32(bytes[offset + start + index]) << UInt32(8 * index)
      }
      return value
    }
    // The length comes first: it is what tells another protocol on this port from ours.
    length = little(0, 4)
    guard length <= limit else { throw .oversized(length: length, limit: limit) }
    guard let type = FrameType(rawValue: bytes[offset + 4]) else {
      throw .unknownType(bytes[offset + 4])
    }
    self.type = type
    flags = bytes[offset + 5]
    guard flags & ~type.knownFlags == 0 else { throw .unknownFlags(type, flags) }
    let reserved = UInt16(little(6, 2))
    guard reserved == 0 else { throw .reservedBits(reserved) }
    streamID = little(8, 4)
    guard type.isConnectionFrame == (streamID == 0) else { throw .wrongStream(type, streamID) }
  }
}
