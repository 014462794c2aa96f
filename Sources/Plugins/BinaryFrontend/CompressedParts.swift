internal import NIOCore

/// Payloads of compressed frames of a segment, in order.
final class CompressedParts {
  /// A part of a segment that travels as one compressed frame.
  struct Part {
    var records: Range<Int>
    var payload: ByteBuffer
  }

  let parts: [Part]

  init(_ parts: [Part]) { self.parts = parts }
}
