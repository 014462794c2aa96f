/// What a frame's body is.
enum FrameCodec: UInt8, CaseIterable {
  /// Events as columns of bits: made while recording.
  case packed = 1
  /// Events grouped by instrument, coded by how often values occur: made of sealed segments.
  case grouped = 2
  /// Definitions with their texts.
  case definitions = 3
  /// The index of a sealed segment.
  case index = 4
}

/// The header of a frame: of a block of events, of definitions, or of an index.
///
/// | bytes | what |
/// |---|---|
/// | 0–3 | `TWJB` |
/// | 4 | codec |
/// | 5 | version of this layout: 1 |
/// | 6–7 | kinds |
/// | 8–11 | length of the body |
/// | 12–15 | events |
/// | 16–23, 24–31, 32–39 | first, previous and last sequence |
/// | 40–47, 48–55 | smallest and largest event time |
/// | 56–63 | instruments |
/// | 64–67 | CRC-32C of the body |
/// | 68–71 | CRC-32C of the 68 bytes before |
struct BlockHeader: Equatable {
  static let length = 72
  static let magic: UInt32 = 0x424A_5754
  static let version: UInt8 = 1
  /// No body is longer: a length above it is damage.
  static let bodyMaximum = 1 << 26

  var codec: FrameCodec
  var facts: BlockFacts
  var bodyLength: Int
  var bodyChecksum: UInt32

  var frameLength: Int { Self.length + bodyLength }
  var isEvents: Bool { codec == .packed || codec == .grouped }

  /// Writes the header over the `length` bytes kept free at `offset`, for the body behind them.
  static func seal(
    _ out: inout ByteBuffer, at offset: Int, codec: FrameCodec, facts: BlockFacts
  ) {
    let start = offset + length
    let end = out.count
    let checksum = out.bytes.checksum(start..<end)
    var header = ByteBuffer(capacity: length)
    header.append(half: magic)
    header.append(codec.rawValue)
    header.append(version)
    header.append(UInt8(truncatingIfNeeded: facts.kinds))
    header.append(UInt8(truncatingIfNeeded: facts.kinds >> 8))
    header.append(half: UInt32(end - start))
    header.append(half: UInt32(facts.count))
    header.append(word: facts.first)
    header.append(word: facts.previous)
    header.append(word: facts.last)
    header.append(word: UInt64(bitPattern: facts.minimumTime))
    header.append(word: UInt64(bitPattern: facts.maximumTime))
    header.append(word: facts.instruments)
    header.append(half: checksum)
    header.append(half: header.bytes.checksum(0..<68))
    out.replace(at: offset, with: header.bytes)
  }

  /// The header at an offset; nil when the bytes there are none, or damaged.
  init?(_ bytes: RawSpan, at offset: Int) {
    guard offset >= 0, offset + Self.length <= bytes.byteCount,
      bytes.half(at: offset) == Self.magic,
      bytes.half(at: offset + 68) == bytes.checksum(offset..<offset + 68),
      let codec = FrameCodec(rawValue: bytes.byte(at: offset + 4)),
      bytes.byte(at: offset + 5) == Self.version
    else { return nil }
    self.codec = codec
    bodyLength = Int(bytes.half(at: offset + 8))
    bodyChecksum = bytes.half(at: offset + 64)
    facts = BlockFacts()
    facts.kinds = UInt16(bytes.byte(at: offset + 6)) | UInt16(bytes.byte(at: offset + 7)) << 8
    facts.count = Int(bytes.half(at: offset + 12))
    facts.first = bytes.word(at: offset + 16)
    facts.previous = bytes.word(at: offset + 24)
    facts.last = bytes.word(at: offset + 32)
    facts.minimumTime = Int64(bitPattern: bytes.word(at: offset + 40))
    facts.maximumTime = Int64(bitPattern: bytes.word(at: offset + 48))
    facts.instruments = bytes.word(at: offset + 56)
    guard bodyLength <= Self.bodyMaximum, facts.count <= BlockLimits.eventsMaximum,
      facts.previous < facts.first, facts.last >= facts.previous,
      facts.count == 0 || facts.first <= facts.last
    else { return nil }
  }
}

/// Sizes that readers rely on to need little memory.
enum BlockLimits {
  /// Events in a block at most.
  static let eventsMaximum = 1 << 16
}
