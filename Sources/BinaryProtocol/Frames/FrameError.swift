/// Why bytes are not a frame. Every case ends the connection: the stream of bytes cannot be trusted
/// after it.
public enum FrameError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The length field is over the limit; known before any of the payload is kept.
  case oversized(length: UInt32, limit: UInt32)
  /// The type byte names no frame of this version.
  case unknownType(UInt8)
  /// Flag bits that the type does not define.
  case unknownFlags(FrameType, UInt8)
  /// The reserved field is not zero.
  case reservedBits(UInt16)
  /// A stream id on a connection frame, or none on a stream frame.
  case wrongStream(FrameType, UInt32)
  /// The payload ends inside a field.
  case truncatedPayload(FrameType)
  /// The payload goes on after the last field.
  case trailingBytes(FrameType, count: Int)
  /// Text that is not UTF-8.
  case badText(FrameType)
  /// A field out of its range.
  case badValue(FrameType, field: String)

  public var description: String {
    switch self {
    case .oversized(let length, let limit):
      "frame of \(length) bytes, the limit is \(limit)"
    case .unknownType(let type): "unknown frame type \(type)"
    case .unknownFlags(let type, let flags): "\(type) frame with unknown flags \(flags)"
    case .reservedBits(let bits): "reserved header field is \(bits), expected 0"
    case .wrongStream(let type, let stream):
      type.isConnectionFrame
        ? "\(type) frame on stream \(stream), expected 0" : "\(type) frame without a stream id"
    case .truncatedPayload(let type): "\(type) frame ends inside a field"
    case .trailingBytes(let type, let count): "\(type) frame has \(count) bytes too many"
    case .badText(let type): "\(type) frame holds text that is not UTF-8"
    case .badValue(let type, let field): "\(type) frame has a bad \(field)"
    }
  }
}
