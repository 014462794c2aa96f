internal import ZlibStreams

/// Compresses messages for permessage-deflate. Not to be used by two threads at a time.
///
/// One that keeps its context belongs to one connection and sees all its messages, in order. One
/// that does not serves every connection whose agreement has the same window: a message is
/// compressed once for all of them.
public final class MessageDeflater {
  private let stream: DeflateStream
  private let keepsContext: Bool
  /// Bytes that every flush ends with, and messages leave out.
  private static let tail = 4

  /// A compressor of level 1 (fast) to 9 (small). `memoryLevel` nil: what suits the window.
  public init(windowBits: Int = 15, keepsContext: Bool, level: Int = 1, memoryLevel: Int? = nil) {
    self.keepsContext = keepsContext
    // zlib knows no raw stream of 8 bits. Its compressor never looks back farther than its window
    // less 262 bytes, so that one of 9 bits stays within 250: what 8 bits allow.
    let bits = min(max(windowBits, 9), 15)
    stream = DeflateStream(
      level: level, format: .raw, windowBits: bits, memoryLevel: memoryLevel ?? max(bits - 7, 1))
  }

  /// For what one side of a connection sends.
  public convenience init(
    _ agreement: DeflateAgreement, role: WebSocketRole, level: Int = 1, memoryLevel: Int? = nil
  ) {
    self.init(
      windowBits: agreement.windowBits(role), keepsContext: agreement.keepsContext(role),
      level: level, memoryLevel: memoryLevel)
  }

  /// Appends the payload that stands for a message.
  public func append(_ message: RawSpan, to bytes: inout [UInt8]) {
    guard message.byteCount > 0 else {
      // zlib says nothing of nothing: an empty block, as RFC 7692 section 7.2.3.6 has it.
      bytes.append(0)
      return
    }
    if !keepsContext { stream.reset() }
    stream.append(message, flush: .sync, to: &bytes)
    bytes.removeLast(Self.tail)
  }

  /// The same of an array.
  public func append(_ message: [UInt8], to bytes: inout [UInt8]) {
    append(message.raw, to: &bytes)
  }

  /// Appends a part of a message that stands alone: parts may follow each other in any order, so
  /// that each is compressed once, whatever the messages are that it becomes part of. Only without
  /// context. `endParts` takes the last bytes off.
  public func appendPart(_ part: RawSpan, to bytes: inout [UInt8]) {
    precondition(!keepsContext, "parts know nothing of each other")
    guard part.byteCount > 0 else { return }
    stream.reset()
    stream.append(part, flush: .sync, to: &bytes)
  }

  /// Makes parts that follow each other the payload of a message.
  public static func endParts(_ bytes: inout [UInt8]) {
    if bytes.isEmpty { bytes.append(0) } else { bytes.removeLast(tail) }
  }
}
