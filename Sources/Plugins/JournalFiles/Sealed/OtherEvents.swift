/// Events that are not ticks, in a grouped block: words 1 to 15, the bytes that mean the same
/// beside each other, deflated.
///
/// `half: length`, `half: CRC-32C`, `half: length before it was deflated`, the bytes, eight zero
/// bytes. The length is that of all behind the first eight bytes.
enum OtherEvents {
  private static let wordBytes = 8

  static func append(_ columns: EventColumns, to out: inout ByteBuffer) {
    let count = columns.count(of: .other)
    var planes = ByteBuffer(capacity: count * EventColumns.Class.other.columns * wordBytes)
    for column in 0..<EventColumns.Class.other.columns {
      let words = columns.column(column, of: .other)
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        for index in words.indices {
          planes.append(UInt8(truncatingIfNeeded: words[index] >> shift))
        }
      }
    }
    let start = out.count
    out.append(zeros: 8)
    out.append(half: UInt32(planes.count))
    Deflate.append(planes.bytes, to: &out)
    out.append(word: 0)
    let end = out.count
    out.set(half: UInt32(end - start - 8), at: start)
    out.set(half: out.bytes.checksum(start + 8..<end), at: start + 4)
  }

  /// Reads what stands behind the first eight bytes.
  static func read(_ section: RawSpan, into columns: EventColumns) throws(BodyFault) {
    let count = columns.count(of: .other)
    var reader = BodyReader(section)
    let length = Int(try reader.half())
    guard length == count * EventColumns.Class.other.columns * wordBytes,
      reader.remaining >= wordBytes
    else { throw BodyFault(reason: "other events of \(length) bytes") }
    let start = reader.offset
    var planes = ByteBuffer(capacity: length)
    try Deflate.inflate(
      section.extracting(start..<section.byteCount - wordBytes), count: length, to: &planes)
    let bytes = planes.bytes
    var plane = 0
    for column in 0..<EventColumns.Class.other.columns {
      var words = columns.mutableColumn(column, of: .other)
      for index in 0..<count { words[index] = 0 }
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        for index in 0..<count {
          words[index] |= UInt64(bytes.byte(at: plane + index)) << shift
        }
        plane += count
      }
    }
  }
}
