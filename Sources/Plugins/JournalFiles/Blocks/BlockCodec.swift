internal import EngineCore

/// Makes blocks of events and reads them again. Keeps its working memory.
final class BlockCodec {
  private(set) var columns: EventColumns
  private var grouped: GroupedBody?

  init(capacity: Int) {
    columns = EventColumns(capacity: min(max(capacity, 1), BlockLimits.eventsMaximum))
  }

  /// Splits events for the frame that is appended next; nil when their sequences do not rise.
  func split(
    _ events: borrowing Span<Event>, after previous: UInt64, above floor: UInt64
  ) -> BlockFacts? {
    reserve(events.count)
    return columns.split(events, after: previous, above: floor)
  }

  /// Appends a whole frame.
  ///
  /// - Parameter last: what the block covers, when that is more than its events.
  @discardableResult
  func append(
    _ events: borrowing Span<Event>, after previous: UInt64, through last: UInt64? = nil,
    codec: FrameCodec = .packed, to out: inout ByteBuffer
  ) -> BlockHeader {
    guard var facts = split(events, after: previous, above: previous) else {
      preconditionFailure("sequences were checked to rise")
    }
    if let last { facts.last = last }
    return append(facts, codec: codec, to: &out)
  }

  /// Appends the frame of what was split last.
  func append(
    _ facts: BlockFacts, codec: FrameCodec = .packed, to out: inout ByteBuffer
  ) -> BlockHeader {
    let start = out.count
    out.append(zeros: BlockHeader.length)
    if codec == .grouped {
      body.append(columns, to: &out)
    } else {
      PackedBody.append(columns, to: &out)
    }
    BlockHeader.seal(&out, at: start, codec: codec, facts: facts)
    guard let header = BlockHeader(out.bytes, at: start) else {
      preconditionFailure("a header reads as it was written")
    }
    return header
  }

  /// Reads a block's events.
  func read(_ body: RawSpan, header: BlockHeader, into area: EventArea) throws(BodyFault) {
    guard header.facts.count <= area.capacity else {
      throw BodyFault(reason: "\(header.facts.count) events, room for \(area.capacity)")
    }
    reserve(header.facts.count)
    switch header.codec {
    case .packed:
      try PackedBody.read(body, count: header.facts.count, into: columns)
      try columns.join(into: area)
    case .grouped:
      try self.body.read(body, count: header.facts.count, columns: columns, into: area)
    case .definitions, .index: area.setCount(0)
    }
  }

  var body: GroupedBody {
    if let grouped { return grouped }
    let made = GroupedBody()
    grouped = made
    return made
  }

  func reserve(_ count: Int) {
    guard count > columns.capacity else { return }
    columns = EventColumns(capacity: BlockLimits.eventsMaximum)
  }
}
