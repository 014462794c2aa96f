internal import BinaryProtocol
internal import EngineCore
internal import NIOCore

/// The last state of everything: what a stream that starts with a snapshot gets first.
///
/// It follows the log a sealed segment at a time, not event by event.
struct LastValues {
  private struct Key: Hashable {
    var kind: UInt8
    var id: UInt64
  }

  /// Where the last trade and quote of an instrument are in `records`, or -1.
  private var trades: [Int32] = []
  private var quotes: [Int32] = []
  private var others: [Key: Int32] = [:]
  /// Events, each in a place of its own, overwritten by the next of its kind.
  private var records: [Event] = []
  /// The number of the next segment to be taken in.
  private(set) var nextNumber = 0
  /// Per instrument and kind: the round in which its last record was found.
  private var seen: [UInt32] = []
  private var round: UInt32 = 0

  /// Takes in a sealed segment, the next one in order.
  ///
  /// From its end to its beginning, since only the last trade and quote of an instrument count: of
  /// the others no more than the header is looked at.
  mutating func fold(_ segment: LogSegment) {
    guard segment.number >= nextNumber else { return }
    nextNumber = segment.number + 1
    let bytes = segment.bytes
    let span = bytes.readableBytesSpan
    let isPlain = segment.recordCount * RecordFormat.shortBytes == span.byteCount
    guard isPlain else { return foldForwards(span) }
    round += 1
    var offset = span.byteCount
    while offset > 0 {
      offset -= RecordFormat.shortBytes
      let head = span.word(at: offset + 8)
      let kind = UInt8(truncatingIfNeeded: head)
      if kind == EventKind.trade.rawValue || kind == EventKind.quote.rawValue {
        let slot = Int(head >> 32) * 2 + Int(kind & 1)
        if slot >= seen.count { growSeen(slot) }
        if seen[slot] == round { continue }
        seen[slot] = round
      } else if kind != EventKind.status.rawValue {
        continue
      }
      var decoder = RecordDecoder(span.extracting(offset..<offset + RecordFormat.shortBytes))
      if case .event(let event)? = try? decoder.next() { put(event, isOlder: true) }
    }
  }

  private mutating func growSeen(_ slot: Int) {
    let size = max(slot + 1, seen.count * 2, 128)
    seen.append(contentsOf: repeatElement(0, count: size - seen.count))
  }

  /// For segments with records of several sizes.
  private mutating func foldForwards(_ span: RawSpan) {
    var decoder = RecordDecoder(span)
    // The log holds what this process encoded: it can be read.
    while let record = try? decoder.next() {
      if case .event(let event) = record { put(event, isOlder: false) }
    }
  }

  /// - Parameter isOlder: a status that was put before is newer than this one.
  private mutating func put(_ event: Event, isOlder: Bool) {
    switch event.kind {
    case .trade: Self.put(event, at: Int(event.instrument.raw), in: &trades, &records)
    case .quote: Self.put(event, at: Int(event.instrument.raw), in: &quotes, &records)
    case .bar:
      put(event, UInt64(event.instrument.raw) << 16 | UInt64(event.scope))
    case .alert:
      put(event, UInt64(event.instrument.raw) << 32 | UInt64(event.alert.rule.raw))
    case .status:
      let status = event.status
      let key = Key(
        kind: event.kindCode,
        id: UInt64(status.scope.rawValue) << 56
          | UInt64(
            status.scope == .instrument ? event.instrument.raw : status.subject.raw))
      if isOlder, let place = others[key], records[Int(place)].sequence > event.sequence { return }
      put(
        event,
        UInt64(status.scope.rawValue) << 56
          | UInt64(status.scope == .instrument ? event.instrument.raw : status.subject.raw))
    case .correction, .watermark, .gap, .definition, .time, .command: break
    }
  }

  private mutating func put(_ event: Event, _ id: UInt64) {
    let key = Key(kind: event.kindCode, id: id)
    if let place = others[key] {
      records[Int(place)] = event
    } else {
      others[key] = Int32(records.count)
      records.append(event)
    }
  }

  private static func put(
    _ event: Event, at instrument: Int, in places: inout [Int32], _ records: inout [Event]
  ) {
    if instrument >= places.count {
      let size = max(instrument + 1, places.count * 2, 64)
      places.append(contentsOf: repeatElement(-1, count: size - places.count))
    }
    if places[instrument] >= 0 {
      records[Int(places[instrument])] = event
    } else {
      places[instrument] = Int32(records.count)
      records.append(event)
    }
  }

  /// The records of everything that matches, each marked as part of a snapshot, in pieces of about
  /// `pieceBytes`.
  func snapshot(
    of filter: SubjectFilter, encoder: RecordEncoder, pieceBytes: Int
  ) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var bytes: [UInt8] = []
    for record in records where filter.matches(record) {
      var event = record
      event.flags.insert(.snapshot)
      encoder.append(event, to: &bytes)
      if bytes.count >= pieceBytes {
        pieces.append(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    if !bytes.isEmpty { pieces.append(bytes) }
    return pieces
  }
}
