/// A message that holds events: `{"s":1,"e":[…]}` around objects that are shared.
///
/// A log of encoded events has a comma before every event (`EventEncoder.append(isListed:)`), so
/// that any run of it, and any runs one after the other, are a list but for the first comma. A
/// message is an opening, the runs without their first byte, and `closing`: only the opening, of
/// some 15 bytes, is a client's own, and clients whose subscription has the same number share that.
public enum EventBatch {
  /// What follows the events.
  public static let closing: StaticString = "]}"
  public static let closingBytes = 2

  /// Room that `appendOpening` wants: more than it writes.
  public static let openingBytesMax = 64

  /// Appends the header of a server's text frame and the text before the events. `runBytes` counts
  /// all runs, first comma included.
  public static func appendOpening(
    subscription: UInt32, runBytes: Int, to bytes: inout [UInt8]
  ) {
    JSONCursor.fill(&bytes, room: openingBytesMax) { write(subscription, runBytes, to: &$0) }
  }

  /// The same where there is room for `openingBytesMax`; the bytes that it has appended.
  public static func appendOpening(
    subscription: UInt32, runBytes: Int, to output: inout OutputRawSpan
  ) -> Int {
    precondition(output.freeCapacity >= openingBytesMax, "room for an opening")
    return JSONCursor.fill(&output, room: openingBytesMax) {
      write(subscription, runBytes, to: &$0)
    }
  }

  /// Bytes of what `appendOpening` appends.
  public static func openingBytes(subscription: UInt32, runBytes: Int) -> Int {
    header(subscription, runBytes).byteCount + prefixBytes(subscription)
  }

  /// The text of a message by itself, without a frame: what is compressed.
  public static func text(subscription: UInt32, runs: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(openingBytesMax + runs.count)
    JSONCursor.fill(&text, room: openingBytesMax) { writePrefix(subscription, to: &$0) }
    text += runs.dropFirst()
    text += [UInt8(ascii: "]"), UInt8(ascii: "}")]
    return text
  }

  /// `{"s":`, the number, `,"e":[`.
  private static func prefixBytes(_ subscription: UInt32) -> Int {
    var digits = 1
    var rest = subscription / 10
    while rest > 0 {
      digits += 1
      rest /= 10
    }
    return 11 + digits
  }

  private static func header(_ subscription: UInt32, _ runBytes: Int) -> WebSocketFrameHeader {
    precondition(runBytes > 0, "a batch holds events")
    return WebSocketFrameHeader(
      .text, length: prefixBytes(subscription) + runBytes - 1 + closingBytes)
  }

  private static func write(
    _ subscription: UInt32, _ runBytes: Int, to cursor: inout JSONCursor
  ) {
    let header = self.header(subscription, runBytes)
    for index in 0..<header.byteCount { cursor.byte(header.byte(index)) }
    writePrefix(subscription, to: &cursor)
  }

  private static func writePrefix(_ subscription: UInt32, to cursor: inout JSONCursor) {
    cursor.literal("{\"s\":")
    cursor.unsigned(UInt64(subscription))
    cursor.literal(",\"e\":[")
  }
}
