/// A run of whole frames in a segment.
struct Extent: Equatable {
  var offset: Int
  var length: Int
  var facts: BlockFacts
}

/// What stands at the end of a sealed segment: where its blocks are, and what is in them.
///
/// A frame of codec `index`, then 32 bytes: `TWJINDEX`, the frame's offset, the length of the
/// file, zero (4), CRC-32C of the 28 bytes before.
struct SegmentIndex: Equatable {
  static let trailerLength = 32
  private static let magic: UInt64 = 0x5845_444E_494A_5754
  private static let kindSlots = 16

  /// When the segment was sealed, by the engine's clock.
  var sealed: Int64 = 0
  /// What the segment covers.
  var facts = BlockFacts()
  /// Events of each kind; of kinds above 15 at 0.
  var kindCounts = [Int](repeating: 0, count: Self.kindSlots)
  var extents: [Extent] = []
  /// True when all blocks are grouped by instrument.
  var isCompact = false
  /// Where each instrument occurs; empty in segments that are not compact.
  var postings = Postings()

  /// Appends the frame and the trailer; the buffer's start is at `base` in the file.
  func append(to out: inout ByteBuffer, base: Int) {
    let start = out.count
    out.append(zeros: BlockHeader.length)
    out.append(varint: Zigzag.fold(UInt64(bitPattern: sealed)))
    out.append(isCompact ? 1 : 0)
    for count in kindCounts { out.append(varint: UInt64(count)) }
    out.append(varint: UInt64(extents.count))
    func column(_ value: (Extent) -> UInt64) {
      let values = extents.map(value)
      ColumnCodec.append(values.span, to: &out)
    }
    column { UInt64($0.offset) }
    column { UInt64($0.length) }
    column { UInt64($0.facts.count) }
    column { $0.facts.first }
    column { $0.facts.previous }
    column { $0.facts.last }
    column { UInt64(bitPattern: $0.facts.minimumTime) }
    column { UInt64(bitPattern: $0.facts.maximumTime) }
    column { UInt64($0.facts.kinds) }
    column { $0.facts.instruments }
    postings.append(to: &out, extents: extents.count)
    out.append(word: 0)
    var facts = facts
    facts.count = 0
    facts.first = facts.previous + 1
    BlockHeader.seal(&out, at: start, codec: .index, facts: facts)
    let trailer = out.count
    out.append(word: Self.magic)
    out.append(word: UInt64(base + start))
    out.append(word: UInt64(base + trailer + Self.trailerLength))
    out.append(half: 0)
    out.append(half: out.bytes.checksum(trailer..<trailer + 28))
  }

  /// Where the index frame begins, by a trailer; nil when there is none for a file of that length.
  static func offset(trailer: RawSpan, fileLength: Int) -> Int? {
    guard trailer.byteCount == trailerLength, trailer.word(at: 0) == magic,
      trailer.half(at: 28) == trailer.checksum(0..<28),
      trailer.word(at: 16) == UInt64(fileLength),
      trailer.word(at: 8) < UInt64(fileLength - trailerLength)
    else { return nil }
    return Int(trailer.word(at: 8))
  }

  init() {}

  init(_ body: RawSpan, header: BlockHeader) throws(BodyFault) {
    var reader = BodyReader(body)
    sealed = Int64(bitPattern: Zigzag.unfold(try reader.varint()))
    isCompact = try reader.byte() == 1
    for slot in kindCounts.indices { kindCounts[slot] = try reader.count(atMost: .max) }
    let count = try reader.count(atMost: BlockHeader.bodyMaximum / 8)
    extents = Array(
      repeating: Extent(offset: 0, length: 0, facts: BlockFacts()), count: count)
    try read(&reader) { $0.offset = Int(truncatingIfNeeded: $1) }
    try read(&reader) { $0.length = Int(truncatingIfNeeded: $1) }
    try read(&reader) { $0.facts.count = Int(truncatingIfNeeded: $1) }
    try read(&reader) { $0.facts.first = $1 }
    try read(&reader) { $0.facts.previous = $1 }
    try read(&reader) { $0.facts.last = $1 }
    try read(&reader) { $0.facts.minimumTime = Int64(bitPattern: $1) }
    try read(&reader) { $0.facts.maximumTime = Int64(bitPattern: $1) }
    try read(&reader) { $0.facts.kinds = UInt16(truncatingIfNeeded: $1) }
    try read(&reader) { $0.facts.instruments = $1 }
    postings = try Postings(&reader, extents: count)
    facts = header.facts
    facts.count = 0
    for extent in extents { facts.count &+= extent.facts.count }
    guard extents.allSatisfy({ $0.offset >= 0 && $0.length >= 0 && $0.facts.count >= 0 }) else {
      throw BodyFault(reason: "an extent outside the file")
    }
  }

  private mutating func read(
    _ reader: inout BodyReader, _ set: (inout Extent, UInt64) -> Void
  ) throws(BodyFault) {
    var values = [UInt64](repeating: 0, count: extents.count)
    var span = values.mutableSpan
    try ColumnCodec.read(&reader, into: &span)
    for index in extents.indices { set(&extents[index], values[index]) }
  }
}

/// Collects what the index of a segment will say while the segment grows.
struct IndexBuilder {
  private static let extentEvents = 4096
  private static let extentBytes = 1 << 17

  private(set) var index = SegmentIndex()

  init(previous: UInt64) {
    index.facts.previous = previous
    index.facts.first = previous + 1
    index.facts.last = previous
  }

  /// Takes a frame in; small ones share an extent.
  mutating func add(_ header: BlockHeader, at offset: Int, kindCounts: [Int]? = nil) {
    if header.isEvents { index.facts.add(header.facts) }
    if let last = index.extents.indices.last,
      index.extents[last].facts.count < Self.extentEvents,
      index.extents[last].length < Self.extentBytes,
      index.extents[last].offset + index.extents[last].length == offset
    {
      index.extents[last].length += header.frameLength
      if header.isEvents { index.extents[last].facts.add(header.facts) }
      return
    }
    index.extents.append(
      Extent(offset: offset, length: header.frameLength, facts: header.facts))
  }

  mutating func count(kind: UInt8, _ count: Int = 1) {
    index.kindCounts[kind > 15 ? 0 : Int(kind)] += count
  }

  mutating func finish(sealed: Int64, isCompact: Bool = false, postings: Postings = Postings()) {
    index.sealed = sealed
    index.isCompact = isCompact
    index.postings = postings
  }
}
