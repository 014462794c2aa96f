package import NIOCore

/// A frame of records as it goes to one or several connections: in one piece, or with a part of the
/// log as it is between what goes around it.
package struct FeedFrame {
  private let head: ByteBuffer?
  private let body: ByteBuffer
  private let tail: ByteBuffer?
  /// What it costs of the stream's credit.
  package let payloadBytes: Int

  /// A frame in one piece.
  package init(_ frame: ByteBuffer, payloadBytes: Int) {
    head = nil
    body = frame
    tail = nil
    self.payloadBytes = payloadBytes
  }

  /// A payload that is shared with others.
  package init(head: ByteBuffer, body: ByteBuffer, tail: ByteBuffer? = nil) {
    self.head = head
    self.body = body
    self.tail = tail
    payloadBytes = body.readableBytes
  }

  /// Its only buffer; nil when it has several.
  package var single: ByteBuffer? { head == nil ? body : nil }

  /// Hands over its buffers, in order.
  package func write(_ write: (ByteBuffer) -> Void) {
    if let head { write(head) }
    write(body)
    if let tail { write(tail) }
  }
}
