public import EngineCore

/// What a segment holds.
public struct JournalSegmentInfo: Equatable, Sendable {
  public var name: String
  public var epoch: UInt64?
  /// The first sequence that it may hold, and the last that it covers.
  public var first: UInt64
  public var last: UInt64
  public var events: Int
  public var kindCounts: [EventKind: Int] = [:]
  public var bytes: Int
  /// By event time; nil without events that have one.
  public var times: ClosedRange<Timestamp>?
  /// By the engine's clock.
  public var created: Timestamp?
  /// Nil while it is written, or when its index is damaged.
  public var sealed: Timestamp?
  public var isCompact: Bool

  public init(
    name: String, first: UInt64, last: UInt64, events: Int, bytes: Int, sealed: Timestamp? = nil,
    isCompact: Bool = false
  ) {
    self.name = name
    self.first = first
    self.last = last
    self.events = events
    self.bytes = bytes
    self.sealed = sealed
    self.isCompact = isCompact
  }

  /// All segments of a journal, oldest first. Of one without an index only what its header and its
  /// blocks' headers say.
  public static func all(
    _ disk: any JournalDisk
  ) throws(JournalError) -> [JournalSegmentInfo] {
    let names: [String]
    do throws(DiskError) { names = try disk.segmentNames() } catch { throw .disk(error) }
    var infos: [JournalSegmentInfo] = []
    for name in names {
      let segment: SegmentFile
      do throws(JournalError) {
        segment = try SegmentFile(disk, name: name)
      } catch {
        // Pruned since the folder was read.
        if error.diskError?.isAbsent == true { continue }
        throw error
      }
      infos.append(try JournalSegmentInfo(segment))
    }
    return infos
  }

  private init(_ segment: SegmentFile) throws(JournalError) {
    let index: SegmentIndex
    if let sealed = segment.index {
      index = sealed
    } else {
      index = try SegmentScan.scan(segment).builder.index
    }
    let facts = index.facts
    self.init(
      name: segment.name, first: FileName.first(ofSegment: segment.name) ?? 0, last: facts.last,
      events: facts.count, bytes: segment.length,
      sealed: segment.isSealed ? Timestamp(nanoseconds: index.sealed) : nil,
      isCompact: index.isCompact)
    epoch = segment.header?.epoch
    created = segment.header.map { Timestamp(nanoseconds: $0.created) }
    if facts.minimumTime <= facts.maximumTime {
      times =
        Timestamp(nanoseconds: facts.minimumTime)...Timestamp(nanoseconds: facts.maximumTime)
    }
    for kind in EventKind.allCases where index.kindCounts[Int(kind.rawValue)] > 0 {
      kindCounts[kind] = index.kindCounts[Int(kind.rawValue)]
    }
  }
}
