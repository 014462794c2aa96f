/// In which extents of a segment each instrument occurs, and how often in all.
///
/// `varint: instruments`, then as columns their ids in order and their counts, then a bit for each
/// extent, filled up to a byte, one instrument after the other.
struct Postings: Equatable {
  private(set) var instruments: [UInt64] = []
  private(set) var counts: [UInt64] = []
  private var marks: [UInt8] = []
  private var stride = 0

  var isEmpty: Bool { instruments.isEmpty }

  init() {}

  /// From pairs of an instrument and the extents that it is in, rising.
  init(_ found: [UInt32: Entry], extents: Int) {
    stride = (extents + 7) / 8
    for (instrument, entry) in found.sorted(by: { $0.key < $1.key }) {
      instruments.append(UInt64(instrument))
      counts.append(UInt64(entry.count))
      var bits = [UInt8](repeating: 0, count: stride)
      for extent in entry.extents { bits[extent / 8] |= 1 << UInt8(extent % 8) }
      marks.append(contentsOf: bits)
    }
  }

  /// What is known of one instrument while a segment is made.
  struct Entry {
    var count = 0
    var extents: [Int] = []

    mutating func add(_ more: Int, extent: Int) {
      count += more
      if extents.last != extent { extents.append(extent) }
    }
  }

  /// Whether an extent may have events of an instrument.
  func contains(_ instrument: UInt32, extent: Int) -> Bool {
    guard !isEmpty else { return true }
    guard let row = row(of: instrument) else { return false }
    return marks[row * stride + extent / 8] & 1 << UInt8(extent % 8) != 0
  }

  private func row(of instrument: UInt32) -> Int? {
    var low = 0
    var high = instruments.count
    while low < high {
      let middle = (low + high) / 2
      if instruments[middle] < UInt64(instrument) { low = middle + 1 } else { high = middle }
    }
    return low < instruments.count && instruments[low] == UInt64(instrument) ? low : nil
  }

  func append(to out: inout ByteBuffer, extents: Int) {
    out.append(varint: UInt64(instruments.count))
    guard !isEmpty else { return }
    ColumnCodec.append(instruments.span, to: &out)
    ColumnCodec.append(counts.span, to: &out)
    for mark in marks { out.append(mark) }
  }

  init(_ reader: inout BodyReader, extents: Int) throws(BodyFault) {
    let count = try reader.count(atMost: BlockHeader.bodyMaximum)
    guard count > 0 else { return }
    stride = (extents + 7) / 8
    instruments = Array(repeating: 0, count: count)
    counts = instruments
    var span = instruments.mutableSpan
    try ColumnCodec.read(&reader, into: &span)
    var countSpan = counts.mutableSpan
    try ColumnCodec.read(&reader, into: &countSpan)
    let start = reader.offset
    try reader.skip(count * stride)
    marks = reader.bytes.copy(start..<start + count * stride)
  }
}
