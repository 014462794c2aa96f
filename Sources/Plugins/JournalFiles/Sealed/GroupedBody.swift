/// The body of a block of a compact segment.
///
/// `half: CRC-32C of the frame behind it` · `half ×3`: where trades, quotes and others begin, 0
/// when there are none · counts, sequences and classes as in a packed body, eight zero bytes (up to
/// here: the frame) · the sections. Each part has a checksum of its own, so that one instrument can
/// be read without the rest.
final class GroupedBody {
  static let directoryLength = 16

  private let encoder = TickEncoder()
  private var decoder = TickDecoder()
  private var slots: [[Int]] = [[], [], []]

  // MARK: Writing

  func append(_ columns: EventColumns, to out: inout ByteBuffer) {
    let start = out.count
    out.append(zeros: Self.directoryLength)
    for kind in EventColumns.Class.allCases {
      out.append(varint: UInt64(columns.count(of: kind)))
    }
    ColumnCodec.append(columns.sequences, to: &out)
    if !columns.isOneClass { ColumnCodec.append(columns.classes, to: &out) }
    out.append(word: 0)
    let frameEnd = out.count
    for kind in EventColumns.Class.allCases where columns.count(of: kind) > 0 {
      out.set(half: UInt32(out.count - start), at: start + 4 + kind.rawValue * 4)
      if kind == .other {
        OtherEvents.append(columns, to: &out)
      } else {
        encoder.append(columns, kind, to: &out)
      }
    }
    out.set(half: out.bytes.checksum(start + 4..<frameEnd), at: start)
  }

  // MARK: Reading all

  func read(
    _ body: RawSpan, count: Int, columns: EventColumns, into area: EventArea
  ) throws(BodyFault) {
    let directory = try GroupedDirectory(body)
    try readFrame(body, count: count, columns)
    area.setCount(count)
    for kind in EventColumns.Class.allCases where columns.count(of: kind) > 0 {
      let section = try directory.section(kind, of: body)
      if kind == .other {
        try OtherEvents.read(section, into: columns)
        for row in 0..<columns.count(of: .other) {
          let slot = slot(row, .other, columns)
          columns.joinOther(row, columns.sequences[slot], area, slot)
        }
      } else {
        try readTicks(section, kind, body, columns, area, directory)
      }
    }
  }

  /// Reads counts, sequences and classes.
  func readFrame(
    _ body: RawSpan, count: Int, _ columns: EventColumns
  ) throws(BodyFault) {
    var reader = BodyReader(body, at: Self.directoryLength)
    try PackedBody.readFrame(&reader, count: count, into: columns)
    for kind in 0..<3 { slots[kind].removeAll(keepingCapacity: true) }
    guard !columns.isOneClass else { return }
    let classes = columns.classes
    for index in classes.indices {
      guard classes[index] < 3 else { throw BodyFault(reason: "an unknown class of events") }
      slots[Int(classes[index])].append(index)
    }
    for kind in EventColumns.Class.allCases
    where slots[kind.rawValue].count != columns.count(of: kind) {
      throw BodyFault(reason: "classes of events that do not add up")
    }
  }

  /// Where in the block an event of a class is.
  @inline(__always)
  func slot(_ row: Int, _ kind: EventColumns.Class, _ columns: EventColumns) -> Int {
    columns.isOneClass ? row : slots[kind.rawValue][row]
  }

  private func readTicks(
    _ section: RawSpan, _ kind: EventColumns.Class, _ body: RawSpan, _ columns: EventColumns,
    _ area: EventArea, _ directory: GroupedDirectory
  ) throws(BodyFault) {
    let ticks = columns.count(of: kind)
    var reader = BodyReader(section)
    let head = try TickHead(&reader, ticks: ticks, isQuote: kind == .quote, isForAll: true)
    let base = directory.streams(kind)
    let sequences = columns.sequences
    let slots = slots[kind.rawValue]
    for number in 0..<head.groupCount {
      let group = try head.group(number)
      try decoder.read(head, group, body, base: base)
      if columns.isOneClass {
        decoder.put(group, into: area) { _, place in
          place
        } sequence: { place in
          sequences[place]
        }
      } else {
        decoder.put(group, into: area) { _, place in
          slots[place]
        } sequence: { place in
          sequences[slots[place]]
        }
      }
    }
  }

  // MARK: Reading one instrument

  /// Reads a group from the bytes of its own stream, with eight bytes behind them, and appends its
  /// events to the area.
  ///
  /// - Parameter sequence: the sequence of a tick, by its place in the class.
  func read(
    _ head: TickHead, _ group: TickHead.Group, stream: RawSpan, appendingTo area: EventArea,
    sequence: (Int) -> UInt64
  ) throws(BodyFault) {
    try decoder.read(head, group, stream, base: -group.bytes.lowerBound)
    let start = area.count
    area.reserve(start + group.count)
    area.setCount(start + group.count)
    decoder.put(group, into: area, slot: { index, _ in start + index }, sequence: sequence)
  }
}

/// Where the parts of a grouped body are.
struct GroupedDirectory {
  private let starts: [Int]
  /// Lengths of the heads, once their sections were looked at.
  private var heads: [Int] = [0, 0, 0]

  /// Reads the directory and the first bytes of all sections.
  init(_ body: RawSpan) throws(BodyFault) {
    starts = try Self.starts(body)
    for kind in 0..<3 where starts[kind] > 0 {
      guard starts[kind] + 8 <= body.byteCount else {
        throw BodyFault(reason: "a section outside the block")
      }
      heads[kind] = Int(body.half(at: starts[kind]))
    }
  }

  static func starts(_ body: RawSpan) throws(BodyFault) -> [Int] {
    guard body.byteCount >= GroupedBody.directoryLength else {
      throw BodyFault(reason: "a body of \(body.byteCount) bytes")
    }
    return (0..<3).map { Int(body.half(at: 4 + $0 * 4)) }
  }

  /// What stands behind the length and the checksum: of ticks, the head.
  @_lifetime(copy body)
  func section(_ kind: EventColumns.Class, of body: RawSpan) throws(BodyFault) -> RawSpan {
    let start = starts[kind.rawValue]
    let end = start + 8 + heads[kind.rawValue]
    guard start > 0, end <= body.byteCount else {
      throw BodyFault(reason: "a section outside the block")
    }
    return body.extracting(start + 8..<end)
  }

  /// Where the streams of ticks begin.
  func streams(_ kind: EventColumns.Class) -> Int {
    starts[kind.rawValue] + 8 + heads[kind.rawValue]
  }
}
