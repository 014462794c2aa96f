internal import BinaryProtocol
internal import NIOCore

/// A data frame as it goes to one or several connections: a header of its own, or one in front of
/// the records.
struct WireFrame {
  private let header: ByteBuffer?
  private let body: ByteBuffer
  /// What it costs of the stream's credit.
  let payloadBytes: Int

  /// Records whose first bytes are kept free for the header.
  init(_ buffer: ByteBuffer, stream: UInt32) {
    var buffer = buffer
    payloadBytes = buffer.readableBytes - WireFormat.headerBytes
    buffer.setInteger(
      UInt64(UInt32(payloadBytes)) | UInt64(FrameType.data.rawValue) << 32,
      at: buffer.readerIndex, endianness: .little)
    buffer.setInteger(stream, at: buffer.readerIndex + 8, endianness: .little)
    header = nil
    body = buffer
  }

  /// A payload that is shared with others.
  init(payload: ByteBuffer, isCompressed: Bool, stream: UInt32) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(WireFormat.headerBytes)
    FrameEncoder.appendDataHeader(
      stream: stream, payloadBytes: payload.readableBytes, isCompressed: isCompressed, to: &bytes)
    header = ByteBuffer(bytes: bytes)
    body = payload
    payloadBytes = payload.readableBytes
  }

  /// Its only buffer; nil when it has two.
  var single: ByteBuffer? { header == nil ? body : nil }

  /// Hands over its buffers, in order.
  func write(_ body: (ByteBuffer) -> Void) {
    if let header { body(header) }
    body(self.body)
  }
}
