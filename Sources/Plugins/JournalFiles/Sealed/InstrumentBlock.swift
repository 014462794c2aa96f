/// Reads one instrument's events of a grouped block without reading the others: each part has a
/// checksum of its own.
struct InstrumentBlock {
  let file: any JournalFile
  /// Where the body begins in the file.
  let start: Int
  let header: BlockHeader
  let filter: JournalFilter
  /// Heads differ by so much from one block to the next, or by less.
  private static let spare = 1 << 10

  /// Puts the events into the area, in order.
  ///
  /// - Parameters:
  ///   - window: for what is read of the block's beginning; as much is read at once of the next
  ///     one as was used of this.
  ///   - streams: for the instrument's own bytes, which may be far from there.
  func read(
    _ instrument: UInt32, _ codec: BlockCodec, _ window: inout FileWindow,
    _ streams: inout FileWindow, into area: EventArea
  ) throws(BodyFault) {
    area.removeAll()
    var used = 0
    defer { window.ahead = BlockHeader.length + used + Self.spare }
    let (checksum, starts) = try directory(&window)
    let frameEnd = starts.filter { $0 > 0 }.min() ?? header.bodyLength
    try load(&window, 0, frameEnd)
    guard window.bytes.checksum(place(window, 4)..<place(window, frameEnd)) == checksum else {
      throw BodyFault(reason: "the checksum of its frame is wrong")
    }
    let frame = try frame(window, frameEnd, codec)
    for kind in EventColumns.Class.allCases where frame.count(of: kind) > 0 && wants(kind) {
      let section = starts[kind.rawValue]
      let end = try self.section(&window, section)
      used = max(used, end)
      if kind == .other {
        // Their words go through the columns.
        let whole = frame.isEven ? try self.frame(frame, codec) : frame
        try readOthers(window, section + 8..<end, instrument, codec, whole, area)
      } else if let (head, group) = try group(
        window, section + 8..<end, instrument, kind, frame.count(of: kind))
      {
        try readGroup(head, group, end, kind, frame, codec, &streams, area)
      }
    }
    area.sort()
  }

  /// Counts, sequences and classes.
  private struct Frame {
    var counts: [Int]
    /// When all sequences are evenly apart, and all events of one class.
    var even: (first: UInt64, step: UInt64)?

    var isEven: Bool { even != nil }
    func count(of kind: EventColumns.Class) -> Int { counts[kind.rawValue] }
  }

  private func frame(
    _ window: borrowing FileWindow, _ end: Int, _ codec: BlockCodec
  ) throws(BodyFault) -> Frame {
    let bytes = window.bytes.extracting(place(window, 0)..<place(window, end))
    let count = header.facts.count
    var reader = BodyReader(bytes, at: GroupedBody.directoryLength)
    var frame = Frame(counts: [])
    for _ in 0..<3 { frame.counts.append(try reader.count(atMost: count)) }
    if frame.counts.contains(count), count > 0 {
      frame.even = try ColumnCodec.even(&reader, count: count)
    }
    if !frame.isEven {
      codec.reserve(count)
      try codec.body.readFrame(bytes, count: count, codec.columns)
    }
    return frame
  }

  /// The same with its columns filled.
  private func frame(_ frame: Frame, _ codec: BlockCodec) throws(BodyFault) -> Frame {
    codec.reserve(header.facts.count)
    codec.columns.setCounts(
      trades: frame.counts[0], quotes: frame.counts[1], others: frame.counts[2])
    guard let even = frame.even else { return frame }
    var sequences = codec.columns.mutableSequences
    for index in sequences.indices { sequences[index] = even.first &+ even.step &* UInt64(index) }
    return frame
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
  private func section(
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
    _ kind: EventColumns.Class, _ ticks: Int
  ) throws(BodyFault) -> (TickHead, TickHead.Group)? {
    var reader = BodyReader(
      window.bytes.extracting(
        place(window, range.lowerBound)..<place(window, range.upperBound)))
    let head = try TickHead(&reader, ticks: ticks, isQuote: kind == .quote, isForAll: false)
    guard let group = try head.group(of: instrument) else { return nil }
    return (head, group)
  }

  private func readGroup(
    _ head: TickHead, _ group: TickHead.Group, _ streams: Int, _ kind: EventColumns.Class,
    _ frame: Frame, _ codec: BlockCodec, _ window: inout FileWindow, _ area: EventArea
  ) throws(BodyFault) {
    let length = group.bytes.count
    try load(&window, streams + group.bytes.lowerBound, length + 8)
    let begin = place(window, streams + group.bytes.lowerBound)
    guard UInt64(window.bytes.checksum(begin..<begin + length)) == group.checksum else {
      throw BodyFault(reason: "the checksum of an instrument's events is wrong")
    }
    let stream = window.bytes.extracting(begin..<begin + length + 8)
    let body = codec.body
    if let even = frame.even {
      try body.read(head, group, stream: stream, appendingTo: area) { place in
        even.first &+ even.step &* UInt64(place)
      }
    } else {
      let columns = codec.columns
      try body.read(head, group, stream: stream, appendingTo: area) { place in
        columns.sequences[body.slot(place, kind, columns)]
      }
    }
  }

  private func readOthers(
    _ window: borrowing FileWindow, _ range: Range<Int>, _ instrument: UInt32,
    _ codec: BlockCodec, _ frame: Frame, _ area: EventArea
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
        row, columns.sequences[frame.isEven ? row : codec.body.slot(row, .other, columns)], area,
        area.count - 1)
    }
  }
}
