/// Turns bytes into frames, however the bytes are cut.
///
/// Add what came with `append`, then call `next` until it returns nil. A header is checked as soon
/// as it is complete, so that no byte of an oversized or unknown frame is kept. After an error the
/// decoder stays in it: there is no way to find the next frame.
public struct FrameDecoder: Sendable {
  /// The largest payload taken, in bytes. May be changed between frames.
  public var maxPayloadBytes: UInt32

  private var buffer: [UInt8] = []
  private var position = 0
  private var failure: FrameError?

  public init(maxPayloadBytes: UInt32) {
    self.maxPayloadBytes = maxPayloadBytes
  }

  /// Bytes that wait for the rest of their frame.
  public var bufferedBytes: Int { buffer.count - position }

  /// Adds bytes that were received.
  public mutating func append(_ bytes: [UInt8]) {
    guard failure == nil else { return }
    if position == buffer.count {
      buffer = bytes
    } else {
      // Compact first: what is kept is less than one frame, so the copy is bounded by the frame
      // limit.
      if position > 0 { buffer.removeFirst(position) }
      buffer.append(contentsOf: bytes)
    }
    position = 0
  }

  /// The next whole frame, or nil when more bytes are needed.
  public mutating func next() throws(FrameError) -> Frame? {
    if let failure { throw failure }
    do {
      guard let header = try FrameHeader(buffer.raw, at: position, limit: maxPayloadBytes) else {
        return nil
      }
      let start = position + WireFormat.headerBytes
      let end = start + Int(header.length)
      guard end <= buffer.count else { return nil }
      let frame = try PayloadDecoder.decode(header, buffer, range: start..<end)
      position = end
      return frame
    } catch {
      failure = error
      buffer = []
      position = 0
      throw error
    }
  }
}
