/// Reads compressed payloads of data frames. Not to be used by two threads at a time.
public final class FrameExpander {
  private let inflater = Inflater()
  private var spare: [UInt8] = []

  public init() {}

  /// Writes the records of a compressed payload over what the array holds. A payload that says it
  /// has more than `limit` bytes is refused before anything is inflated, and inflating stops at
  /// what it says.
  public func expand(
    _ payload: RawSpan, limit: Int, into records: inout [UInt8]
  ) throws(RecordError) {
    guard payload.byteCount >= 4 else {
      throw .truncated(offset: 0, expected: 4, found: payload.byteCount)
    }
    let count = Int(payload.half(at: 0))
    guard count <= limit else { throw .compression(expected: limit, found: "\(count)") }
    guard count % 8 == 0 else {
      throw .compression(expected: count & ~7, found: "\(count), no multiple of 8")
    }
    var transposed: [UInt8] = []
    swap(&transposed, &spare)
    defer { swap(&transposed, &spare) }
    try inflater.inflate(
      payload.extracting(4..<payload.byteCount), count: count, into: &transposed)
    Transposition.restore(transposed.raw, to: &records)
  }
}
