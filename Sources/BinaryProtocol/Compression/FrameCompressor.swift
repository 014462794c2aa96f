internal import ZlibStreams

/// Makes compressed payloads of data frames, each of which stands alone. Made once a frame,
/// whatever the number of clients. Not to be used by two threads at a time.
public final class FrameCompressor {
  private let deflater: DeflateStream
  private var spare: [UInt8] = []

  /// zlib's level 1 (fast) to 9 (small).
  public init(level: Int = 1) { deflater = DeflateStream(level: level) }

  /// Appends the payload that stands for whole records: their size and a zlib stream. Returns its
  /// bytes, which may be more than the records'.
  @discardableResult
  public func append(_ records: RawSpan, to bytes: inout [UInt8]) -> Int {
    let start = bytes.count
    var transposed: [UInt8] = []
    swap(&transposed, &spare)
    transposed.removeAll(keepingCapacity: true)
    Transposition.append(records, to: &transposed)
    bytes.appendInteger(UInt32(records.byteCount))
    deflater.reset()
    deflater.append(transposed.raw, flush: .finish, to: &bytes)
    swap(&transposed, &spare)
    return bytes.count - start
  }
}
