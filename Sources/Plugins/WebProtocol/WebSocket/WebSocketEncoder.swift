/// Writes frames. A server's frame is the same for every client, so that it is made once.
public enum WebSocketEncoder {
  /// Appends a whole frame. Clients give a mask, which should be random.
  public static func append(
    _ opcode: WebSocketOpcode, _ payload: RawSpan, isFinal: Bool = true,
    isCompressed: Bool = false, mask: UInt32? = nil, to bytes: inout [UInt8]
  ) {
    let header = WebSocketFrameHeader(
      opcode, length: payload.byteCount, isFinal: isFinal, isCompressed: isCompressed, mask: mask)
    bytes.reserveCapacity(bytes.count + header.byteCount + payload.byteCount)
    header.append(to: &bytes)
    Masking.append(payload, key: mask ?? 0, phase: 0, to: &bytes)
  }

  /// A whole frame.
  public static func frame(
    _ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true,
    isCompressed: Bool = false, mask: UInt32? = nil
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    append(
      opcode, payload.raw, isFinal: isFinal, isCompressed: isCompressed, mask: mask, to: &bytes)
    return bytes
  }

  /// The payload of a close frame; a reason that is too long is cut between two characters.
  public static func closePayload(_ code: WebSocketCloseCode?, reason: String) -> [UInt8] {
    guard let code, code.isSendable else { return [] }
    return [UInt8(code.rawValue >> 8), UInt8(truncatingIfNeeded: code.rawValue)]
      + cut(reason, toBytes: 123).utf8
  }

  static func cut(_ text: String, toBytes limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.utf8.index(text.utf8.startIndex, offsetBy: limit)
    while UTF8.isContinuation(text.utf8[end]) { end = text.utf8.index(before: end) }
    return String(text[..<end])
  }
}
