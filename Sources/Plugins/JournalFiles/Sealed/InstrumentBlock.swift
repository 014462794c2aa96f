/// Reads one instrument's events of a grouped block without reading the others: each part has a
/// checksum of its own.
struct InstrumentBlock {
  let file: any JournalFile
  /// Where the body begins in the file.
  let start: Int
  let header: BlockHeader
  let filter: JournalFilter

  /// Puts the events into the area, in order.
  func read(
    _ instrument: UInt32, _ codec: BlockCodec, _ window: inout FileWindow, into area: EventArea
  ) throws(BodyFault) {
    codec.reserve(header.facts.count)
    let columns = codec.columns
    area.removeAll()
    let (checksum, starts) = try directory(&window)
    let frameEnd = starts.filter { $0 > 0 }.min() ?? header.bodyLength
    try load(&window, 0, frameEnd)
    guard window.bytes.checksum(place(window, 4)..<place(window, frameEnd)) == checksum else {
      throw BodyFault(reason: "the checksum of its frame is wrong")
    }
    try codec.body.readFrame(
      window.bytes.extracting(place(window, 0)..<place(window, frameEnd)),
      count: header.facts.count, columns)
    for kind in EventColumns.Class.allCases where columns.count(of: kind) > 0 && wants(kind) {
      let section = starts[kind.rawValue]
      let end = try section8(&window, section)
      if kind == .other {
        try readOthers(window, section + 8..<end, instrument, codec, area)
      } else if let group = try group(window, section + 8..<end, instrument, kind, columns) {
        try readGroup(group, end, kind, codec, &window, area)
      }
    }
    area.sort()
  }

  private func directory(
    _ window: inout FileWindow
  ) throws(BodyFault) -> (checksum: UInt32, starts: [Int]) {
    try load(&window, 0, GroupedBody.directoryLength)
    let first = place(window, 0)
    let checksum = window.bytes.half(at: first)
    let starts = try GroupedDirectory.starts(
      window.bytes.extracting(first..<first + GroupedBody.directoryLength))
    return (checksum, starts)
  }

  private func wants(_ kind: EventColumns.Class) -> Bool {
    switch kind {
    case .trade: filter.kinds & 1 << 1 != 0
    case .quote: filter.kinds & 1 << 2 != 0
    case .other: true
    }
  }

  /// Where an offset of the body is in the window.
  private func place(_ window: borrowing FileWindow, _ offset: Int) -> Int {
    start + offset - window.start
  }

  /// Makes bytes of the body be in the window.
  private func load(
    _ window: inout FileWindow, _ offset: Int, _ length: Int
  ) throws(BodyFault) {
    guard offset >= 0, length >= 0, offset + length <= header.bodyLength else {
      throw BodyFault(reason: "a section outside the block")
    }
    do throws(DiskError) {
      let loaded = try window.load(file, at: start + offset, count: length)
      guard loaded >= length else { throw DiskError(.read, file: "", code: 0, reason: "cut off") }
    } catch {
      if error.file.isEmpty { throw BodyFault(reason: "the block is cut off") }
      throw BodyFault(error)
    }
  }

  /// Loads a section that begins with its length and checksum, and says where it ends.
  private func section8(
    _ window: inout FileWindow, _ section: Int
  ) throws(BodyFault) -> Int {
    try load(&window, section, 8)
    let length = Int(window.bytes.half(at: place(window, section)))
    let checksum = window.bytes.half(at: place(window, section) + 4)
    try load(&window, section, 8 + length)
    let first = place(window, section) + 8
    guard window.bytes.checksum(first..<first + length) == checksum else {
      throw BodyFault(reason: "the checksum of a section is wrong")
    }
    return section + 8 + length
  }

  private func group(
    _ window: borrowing FileWindow, _ range: Range<Int>, _ instrument: UInt32,
    _ kind: EventColumns.Class, _ columns: EventColumns
  ) throws(BodyFault) -> (head: TickHead, index: Int)? {
    var reader = BodyReader(
      window.bytes.extracting(
        place(window, range.lowerBound)..<place(window, range.upperBound)))
    let head = try TickHead(
      &reader, ticks: columns.count(of: kind), isQuote: kind == .quote)
    return head.group(of: instrument).map { (head, $0) }
  }

  private func readGroup(
    _ group: (head: TickHead, index: Int), _ streams: Int, _ kind: EventColumns.Class,
    _ codec: BlockCodec, _ window: inout FileWindow, _ area: EventArea
  ) throws(BodyFault) {
    let first = Int(group.head.offsets[group.index])
    let length = Int(group.head.offsets[group.index + 1]) - first
    try load(&window, streams + first, length + 8)
    let begin = place(window, streams + first)
    guard
      UInt64(window.bytes.checksum(begin..<begin + length)) == group.head.checksums[group.index]
    else { throw BodyFault(reason: "the checksum of an instrument's events is wrong") }
    area.reserve(area.count + Int(group.head.counts[group.index]))
    try codec.body.read(
      group.head, group.index, stream: window.bytes.extracting(begin..<begin + length + 8), kind,
      codec.columns, appendingTo: area)
  }

  private func readOthers(
    _ window: borrowing FileWindow, _ range: Range<Int>, _ instrument: UInt32,
    _ codec: BlockCodec, _ area: EventArea
  ) throws(BodyFault) {
    let columns = codec.columns
    try OtherEvents.read(
      window.bytes.extracting(
        place(window, range.lowerBound)..<place(window, range.upperBound)), into: columns)
    for row in 0..<columns.count(of: .other) {
      guard columns.column(0, of: .other)[row] >> 32 == UInt64(instrument) else { continue }
      area.reserve(area.count + 1)
      area.setCount(area.count + 1)
      columns.joinOther(
        row, columns.sequences[codec.body.slot(row, .other, columns)], area, area.count - 1)
    }
  }
}
