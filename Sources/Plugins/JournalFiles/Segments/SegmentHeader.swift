/// The first 64 bytes of every file of a journal.
///
/// | bytes | what |
/// |---|---|
/// | 0–7 | `TWJRNL\r\n` |
/// | 8–9 | format version: 1 |
/// | 10–11 | 1: events, 2: definitions |
/// | 12–15 | zero |
/// | 16–23 | epoch |
/// | 24–31 | first sequence that the file may hold |
/// | 32–39 | when it was begun, in nanoseconds |
/// | 40–59 | zero |
/// | 60–63 | CRC-32C of the 60 bytes before |
struct SegmentHeader: Equatable {
  enum Content: UInt16 {
    case events = 1
    case definitions = 2
  }

  static let length = 64
  static let version = 1
  private static let magic: UInt64 = 0x0A0D_4C4E_524A_5754

  var content: Content
  var epoch: UInt64
  var first: UInt64
  var created: Int64

  func append(to out: inout ByteBuffer) {
    let start = out.count
    out.append(word: Self.magic)
    out.append(half: UInt32(Self.version) | UInt32(content.rawValue) << 16)
    out.append(half: 0)
    out.append(word: epoch)
    out.append(word: first)
    out.append(word: UInt64(bitPattern: created))
    out.append(zeros: 20)
    out.append(half: out.bytes.checksum(start..<start + 60))
  }

  /// Why a header cannot be read.
  enum Refusal: Error, Equatable {
    case short
    case damaged
    case version(Int)
  }

  init(content: Content, epoch: UInt64, first: UInt64, created: Int64) {
    self.content = content
    self.epoch = epoch
    self.first = first
    self.created = created
  }

  init(_ bytes: RawSpan) throws(Refusal) {
    guard bytes.byteCount >= Self.length else { throw .short }
    guard bytes.word(at: 0) == Self.magic, bytes.half(at: 60) == bytes.checksum(0..<60) else {
      throw .damaged
    }
    let version = Int(bytes.half(at: 8) & 0xFFFF)
    guard version == Self.version else { throw .version(version) }
    guard let content = Content(rawValue: UInt16(truncatingIfNeeded: bytes.half(at: 8) >> 16))
    else { throw .damaged }
    self.content = content
    epoch = bytes.word(at: 16)
    first = bytes.word(at: 24)
    created = Int64(bitPattern: bytes.word(at: 32))
  }
}

/// The names of a journal's files.
enum FileName {
  static let lock = "LOCK"
  static let definitions = "definitions.twd"
  static let segmentSuffix = ".seg"
  /// Of files that are not whole yet: what a crash leaves of them is removed.
  static let unfinishedSuffix = ".new"

  static func segment(_ first: UInt64) -> String {
    let digits = String(first)
    return String(repeating: "0", count: 20 - digits.count) + digits + segmentSuffix
  }

  /// The first sequence of a segment, by its name.
  static func first(ofSegment name: String) -> UInt64? {
    guard name.hasSuffix(segmentSuffix), name.utf8.count == 20 + segmentSuffix.utf8.count else {
      return nil
    }
    return UInt64(name.dropLast(segmentSuffix.count))
  }
}
