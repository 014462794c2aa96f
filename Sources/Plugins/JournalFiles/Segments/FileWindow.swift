/// A part of a file in memory, that moves along the file.
struct FileWindow: ~Copyable {
  private var buffer = ByteBuffer(capacity: 4096)
  /// Where in the file the part begins.
  private(set) var start = 0
  /// How much is read at once, when that is more than what was asked for.
  var ahead: Int

  init(ahead: Int = 1 << 20) { self.ahead = ahead }

  /// The part; an offset of the file lies at the offset less `start`.
  var bytes: RawSpan {
    @_lifetime(borrow self)
    get { buffer.bytes }
  }

  /// Forgets what was read: the file may have changed.
  mutating func discard() { buffer.removeAll() }

  /// Whether some bytes are in memory.
  func holds(_ offset: Int, _ count: Int) -> Bool {
    offset >= start && offset + count <= start + buffer.count
  }

  /// Moves so that some bytes are in memory.
  ///
  /// - Returns: how many there are from `offset` on: fewer than `count` only at the end of the
  ///   file.
  mutating func load(
    _ file: any JournalFile, at offset: Int, count: Int
  ) throws(DiskError) -> Int {
    if holds(offset, count) {
      return start + buffer.count - offset
    }
    if offset >= start, offset < start + buffer.count {
      buffer.removeFirst(offset - start)
    } else {
      buffer.removeAll()
    }
    start = offset
    let more = max(count, ahead) - buffer.count
    _ = try file.read(at: start + buffer.count, count: more, into: &buffer)
    return buffer.count
  }
}

/// What there is at an offset of a file.
enum FoundFrame {
  /// A whole frame, with the right checksums; its bytes are in the window.
  case frame(BlockHeader)
  /// The file ends here.
  case end
  /// The file ends before the frame does.
  case unfinished
  /// No frame, or a damaged one.
  case damaged(String)
}

extension FileWindow {
  /// Looks for a frame that begins at an offset and ends before `limit`.
  mutating func frame(
    _ file: any JournalFile, at offset: Int, limit: Int
  ) throws(DiskError) -> FoundFrame {
    guard offset < limit else { return .end }
    let available = min(try load(file, at: offset, count: BlockHeader.length), limit - offset)
    guard available > 0 else { return .end }
    guard available >= BlockHeader.length else { return .unfinished }
    guard let header = BlockHeader(bytes, at: offset - start) else {
      return .damaged("no header of a block")
    }
    guard offset + header.frameLength <= limit else { return .unfinished }
    let loaded = try load(file, at: offset, count: header.frameLength)
    guard loaded >= header.frameLength else { return .unfinished }
    let body = offset - start + BlockHeader.length
    guard bytes.checksum(body..<body + header.bodyLength) == header.bodyChecksum else {
      return .damaged("the checksum of its body is wrong")
    }
    return .frame(header)
  }

  /// The header alone: its body is neither read nor checked.
  mutating func header(
    _ file: any JournalFile, at offset: Int, limit: Int
  ) throws(DiskError) -> BlockHeader? {
    guard offset + BlockHeader.length <= limit,
      try load(file, at: offset, count: BlockHeader.length) >= BlockHeader.length
    else { return nil }
    return BlockHeader(bytes, at: offset - start)
  }

  /// The offset of the next whole frame after damage; nil when there is none before `limit`.
  mutating func nextFrame(
    _ file: any JournalFile, from offset: Int, limit: Int
  ) throws(DiskError) -> Int? {
    var candidate = offset
    while candidate + BlockHeader.length <= limit {
      let loaded = try load(file, at: candidate, count: BlockHeader.length)
      let available = min(loaded, limit - candidate)
      guard available >= BlockHeader.length else { return nil }
      let end = candidate + available - BlockHeader.length
      while candidate <= end {
        let place = candidate - start
        if bytes.byte(at: place) == 0x54, bytes.half(at: place) == BlockHeader.magic { break }
        candidate += 1
      }
      if candidate > end { continue }
      if case .frame = try frame(file, at: candidate, limit: limit) { return candidate }
      candidate += 1
    }
    return nil
  }
}
