internal import ZlibStreams

/// Reads zlib streams that stand alone and say how long they are.
struct Inflater {
  private let stream = InflateStream()

  /// Inflates a whole stream of exactly `count` bytes over what the array holds; never writes more
  /// than one byte beyond.
  func inflate(
    _ input: RawSpan, count: Int, into bytes: inout [UInt8]
  ) throws(RecordError) {
    stream.reset()
    bytes.removeAll(keepingCapacity: true)
    var position = 0
    // One byte more than asked for: a stream that has no end there is found out by it.
    let outcome = stream.append(
      input, &position, limit: count + 1, chunk: count + 1, isWhole: true, to: &bytes)
    if bytes.count > count { throw .compression(expected: count, found: "more") }
    switch outcome {
    case .ended: break
    case .starved, .full:
      throw .compression(expected: count, found: "\(bytes.count), cut off")
    case .damaged(let status):
      throw .compression(expected: count, found: "a damaged stream (\(status))")
    }
    guard bytes.count == count else { throw .compression(expected: count, found: "\(bytes.count)") }
    let unread = input.byteCount - position
    guard unread == 0 else {
      throw .compression(expected: count, found: "\(unread) bytes after the stream")
    }
  }
}
