/// The first bytes of a frame, read and written. Whether they are allowed is for others to say.
public struct WebSocketFrameHeader: Equatable, Sendable {
  /// Flag bits and opcode as they are on the wire.
  public var first: UInt8
  /// Bytes of payload.
  public var length: UInt64
  /// Byte 0 of the key is the lowest; nil for a frame that is not masked.
  public var mask: UInt32?
  /// Whether the length is written with no more bytes than it needs.
  public var isShortest = true

  public var isFinal: Bool { first & 0x80 != 0 }
  /// The bit that permessage-deflate sets on the first frame of a compressed message.
  public var isCompressed: Bool { first & 0x40 != 0 }
  public var opcode: WebSocketOpcode? { WebSocketOpcode(rawValue: first & 0x0F) }

  /// A header to send.
  public init(
    _ opcode: WebSocketOpcode, length: Int, isFinal: Bool = true, isCompressed: Bool = false,
    mask: UInt32? = nil
  ) {
    first = opcode.rawValue | (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0)
    self.length = UInt64(length)
    self.mask = mask
  }

  /// The longest header.
  public static let bytesMax = 14

  /// How many bytes a header has whose second byte is this.
  static func byteCount(second: UInt8) -> Int {
    let extended = second & 0x7F
    return 2 + (extended == 126 ? 2 : extended == 127 ? 8 : 0) + (second & 0x80 != 0 ? 4 : 0)
  }

  /// Reads a header that lies whole in the bytes.
  init(_ bytes: RawSpan, at start: Int) {
    first = bytes.byte(at: start)
    let second = bytes.byte(at: start + 1)
    var offset = start + 2
    switch second & 0x7F {
    case 126:
      length = Self.bigEndian(bytes, at: offset, count: 2)
      isShortest = length >= 126
      offset += 2
    case 127:
      length = Self.bigEndian(bytes, at: offset, count: 8)
      isShortest = length > 0xFFFF
      offset += 8
    case let short: length = UInt64(short)
    }
    guard second & 0x80 != 0 else {
      mask = nil
      return
    }
    var mask: UInt32 = 0
    for index in 0..<4 { mask |= UInt32(bytes.byte(at: offset + index)) << UInt32(8 * index) }
    self.mask = mask
  }

  private static func bigEndian(_ bytes: RawSpan, at start: Int, count: Int) -> UInt64 {
    (start..<start + count).reduce(0) { $0 << 8 | UInt64(bytes.byte(at: $1)) }
  }

  /// Bytes of this header.
  public var byteCount: Int {
    2 + (length < 126 ? 0 : length <= 0xFFFF ? 2 : 8) + (mask == nil ? 0 : 4)
  }

  /// Appends the header to an array.
  public func append(to bytes: inout [UInt8]) {
    for index in 0..<byteCount { bytes.append(byte(index)) }
  }

  /// Appends the header where there is room for it: `byteCount` bytes.
  public func append(to output: inout OutputRawSpan) {
    precondition(output.freeCapacity >= byteCount, "room for a header")
    for index in 0..<byteCount { output.append(byte(index)) }
  }

  /// The header by itself.
  public var bytes: [UInt8] { (0..<byteCount).map(byte) }

  /// One byte of the header.
  func byte(_ index: Int) -> UInt8 {
    let extended = length < 126 ? 0 : length <= 0xFFFF ? 2 : 8
    switch index {
    case 0: return first
    case 1:
      let short = extended == 0 ? UInt8(length) : extended == 2 ? 126 : 127
      return short | (mask == nil ? 0 : 0x80)
    case ..<(2 + extended):
      return UInt8(truncatingIfNeeded: length >> UInt64(8 * (1 + extended - index)))
    default:
      return UInt8(truncatingIfNeeded: (mask ?? 0) >> UInt32(8 * (index - 2 - extended)))
    }
  }
}
