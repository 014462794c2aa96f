internal import EngineCore

/// Reads every byte of a journal and says what is wrong with it.
public struct JournalVerification: Equatable, Sendable {
  public private(set) var segments = 0
  public private(set) var blocks = 0
  public private(set) var events = 0
  public private(set) var bytes = 0
  /// In the order of the files; empty when all is well. While somebody writes, a block that is just
  /// being written shows as an unfinished one at the end.
  public private(set) var faults: [JournalFault] = []

  public var isSound: Bool { faults.isEmpty }

  /// Verifies all files.
  public static func run(_ disk: any JournalDisk) throws(JournalError) -> JournalVerification {
    var verification = JournalVerification()
    let names: [String]
    do throws(DiskError) {
      names = try disk.segmentNames()
      let definitions = try DefinitionsFile.load(disk)
      verification.faults.append(contentsOf: definitions.faults)
      if !names.isEmpty, !definitions.isWhole, definitions.faults.isEmpty {
        verification.fault(FileName.definitions, 0, 0, .definitions, "there is no such file")
      }
      verification.bytes += definitions.end
    } catch {
      throw .disk(error)
    }
    guard !names.isEmpty else { throw .absent(folder: disk.path) }
    var covered: UInt64?
    for name in names {
      let segment = try SegmentFile(disk, name: name)
      do throws(DiskError) {
        try verification.verify(segment, isLast: name == names.last, covered: &covered)
      } catch {
        throw .disk(error)
      }
    }
    return verification
  }

  private mutating func fault(
    _ file: String, _ offset: Int, _ length: Int, _ what: JournalFault.What, _ reason: String
  ) {
    faults.append(
      JournalFault(file: file, offset: offset, length: length, what: what, reason: reason))
  }

  private mutating func verify(
    _ segment: SegmentFile, isLast: Bool, covered: inout UInt64?
  ) throws(DiskError) {
    segments += 1
    bytes += segment.length
    let name = segment.name
    let first = FileName.first(ofSegment: name) ?? 0
    if segment.header == nil {
      fault(name, 0, min(segment.length, SegmentHeader.length), .fileHeader, "it is damaged")
    } else if segment.header?.first != first {
      fault(name, 0, SegmentHeader.length, .fileName, "the file begins at another sequence")
    } else if segment.header?.content != .events {
      fault(name, 0, SegmentHeader.length, .fileHeader, "it is not a segment")
    }
    if let indexFault = segment.indexFault { faults.append(indexFault) }
    if !segment.isSealed, segment.indexFault == nil, !isLast {
      fault(name, segment.length, 0, .trailer, "it was not sealed, or its end is damaged")
    }
    let before = covered ?? first &- 1
    var walk = VerificationWalk(segment, covered: before)
    try walk.run()
    blocks += walk.blocks
    events += walk.events
    faults.append(contentsOf: walk.faults)
    covered = walk.covered
    if let index = segment.index { check(index, walk, name) }
  }

  private mutating func check(
    _ index: SegmentIndex, _ walk: VerificationWalk, _ name: String
  ) {
    guard walk.faults.isEmpty else { return }
    var builder = walk.builder
    builder.finish(sealed: index.sealed, isCompact: index.isCompact, postings: index.postings)
    if builder.index.extents != index.extents || builder.index.facts.last != index.facts.last {
      fault(name, walk.end, 0, .index, "it does not say what is in the file")
    }
  }
}

/// Reads all frames of a segment, and what is in them.
private struct VerificationWalk {
  let segment: SegmentFile
  var covered: UInt64
  var builder: IndexBuilder
  var blocks = 0
  var events = 0
  var faults: [JournalFault] = []
  var end = SegmentHeader.length
  private let codec = BlockCodec(capacity: 1)
  private let area = EventArea(capacity: 1)

  init(_ segment: SegmentFile, covered: UInt64) {
    self.segment = segment
    self.covered = covered
    builder = IndexBuilder(previous: (FileName.first(ofSegment: segment.name) ?? 1) &- 1)
  }

  mutating func run() throws(DiskError) {
    var window = FileWindow()
    let limit = segment.blocksEnd
    while true {
      var reason = "it is cut off"
      switch try window.frame(segment.file, at: end, limit: limit) {
      case .end: return
      case .frame(let header):
        let start = end - window.start + BlockHeader.length
        take(header, window.bytes.extracting(start..<start + header.bodyLength))
        builder.add(header, at: end)
        end += header.frameLength
        continue
      case .damaged(let why): reason = why
      case .unfinished: break
      }
      let next = try window.nextFrame(segment.file, from: end + 1, limit: limit)
      fault(
        (next ?? limit) - end, next == nil && !segment.isSealed ? .tornTail : .block, reason)
      guard let next else { return }
      end = next
    }
  }

  private mutating func fault(_ length: Int, _ what: JournalFault.What, _ reason: String) {
    faults.append(
      JournalFault(
        file: segment.name, offset: end, length: length, what: what, reason: reason))
  }

  private mutating func take(_ header: BlockHeader, _ body: RawSpan) {
    blocks += 1
    switch header.codec {
    case .definitions:
      if (try? DefinitionFrame.read(body)) == nil {
        fault(header.frameLength, .definitions, "they cannot be read")
      }
    case .index:
      fault(header.frameLength, .index, "an index without the end of a sealed file")
    case .packed, .grouped: takeEvents(header, body)
    }
  }

  private mutating func takeEvents(_ header: BlockHeader, _ body: RawSpan) {
    if header.facts.previous != covered {
      let missing = covered &+ 1 <= header.facts.previous
      fault(
        0, .missing,
        missing
          ? "events \(covered + 1) to \(header.facts.previous) are not there"
          : "it begins again after \(header.facts.previous)")
    }
    covered = header.facts.last
    events += header.facts.count
    area.reserve(header.facts.count)
    do throws(BodyFault) {
      try codec.read(body, header: header, into: area)
    } catch {
      fault(header.frameLength, .events, error.reason)
      return
    }
    var before = header.facts.previous
    for index in 0..<area.count {
      guard area[index].sequence > before, area[index].sequence <= header.facts.last else {
        fault(header.frameLength, .events, "sequences that do not rise")
        return
      }
      before = area[index].sequence
    }
  }
}
