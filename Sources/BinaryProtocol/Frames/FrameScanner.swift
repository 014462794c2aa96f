/// Finds the frames in bytes as they come, and keeps nothing but the beginning of a frame whose end
/// has not come yet.
///
/// A header is checked as soon as it is complete. After an error the scanner is not asked again:
/// there is no way to find the next frame.
struct FrameScanner: Sendable {
  enum Item {
    case frame(Frame)
    case data(DataFrame)
  }

  /// The largest payload taken, in bytes. May be changed between frames.
  var maxPayloadBytes: UInt32
  private var tail: [UInt8] = []

  init(maxPayloadBytes: UInt32) { self.maxPayloadBytes = maxPayloadBytes }

  /// The next whole frame of `input` from `position` on, or nil when more bytes are needed.
  mutating func next(_ input: RawSpan, _ position: inout Int) throws(FrameError) -> Item? {
    if !tail.isEmpty { return try completed(input, &position) }
    let start = position
    let header = try FrameHeader(input, at: start, limit: maxPayloadBytes)
    let end = start + WireFormat.headerBytes + Int(header?.length ?? 0)
    guard let header, end <= input.byteCount else {
      if start < input.byteCount { tail.append(input, start..<input.byteCount) }
      position = input.byteCount
      return nil
    }
    position = end
    let payload = start + WireFormat.headerBytes..<end
    if header.type == .data {
      return .data(
        DataFrame(stream: header.streamID, flags: header.flags, payload: .input(payload)))
    }
    let bytes = input.copy(payload)
    return .frame(try PayloadDecoder.decode(header, bytes, range: 0..<bytes.count))
  }

  /// The frame that began in earlier bytes.
  private mutating func completed(
    _ input: RawSpan, _ position: inout Int
  ) throws(FrameError) -> Item? {
    fill(to: WireFormat.headerBytes, input, &position)
    guard let header = try FrameHeader(tail.raw, at: 0, limit: maxPayloadBytes) else { return nil }
    let count = WireFormat.headerBytes + Int(header.length)
    fill(to: count, input, &position)
    guard tail.count == count else { return nil }
    var bytes: [UInt8] = []
    swap(&bytes, &tail)
    if header.type == .data {
      bytes.removeFirst(WireFormat.headerBytes)
      return .data(
        DataFrame(stream: header.streamID, flags: header.flags, payload: .held(bytes)))
    }
    return .frame(
      try PayloadDecoder.decode(header, bytes, range: WireFormat.headerBytes..<count))
  }

  private mutating func fill(to count: Int, _ input: RawSpan, _ position: inout Int) {
    let taken = min(max(0, count - tail.count), input.byteCount - position)
    guard taken > 0 else { return }
    tail.append(input, position..<position + taken)
    position += taken
  }
}
