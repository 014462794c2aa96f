import EngineCore

/// Turns the data frames of one subscription into batches: inflates, checks, decodes, keeps the
/// catalog and the position.
public struct SubscriptionDecoder {
  /// Names of what the events refer to; shared with whoever shows them.
  public let catalog: ClientCatalog
  /// Where the stream is.
  public private(set) var tracker: SubscriptionTracker
  private let expander: FrameExpander
  private let limit: Int
  private var records: [UInt8] = []

  /// A decoder for the stream that an answer announced. `limit` is this side's frame limit, to
  /// which a frame may inflate.
  public init(
    _ answer: SubscribeAnswer, catalog: ClientCatalog, limit: Int,
    expander: FrameExpander = FrameExpander()
  ) {
    self.catalog = catalog
    self.limit = limit
    self.expander = expander
    tracker = SubscriptionTracker(answer)
    catalog.use(epoch: answer.position.epoch)
  }

  /// Decodes the payload of a data frame over what the batch held. Events before a bad record are
  /// in the batch when this throws.
  public mutating func decode(
    _ payload: RawSpan, isCompressed: Bool, into batch: inout SubscriptionBatch
  ) throws(RecordError) {
    guard isCompressed else { return try decode(payload, into: &batch) }
    var records: [UInt8] = []
    swap(&records, &self.records)
    defer { swap(&records, &self.records) }
    do throws(RecordError) {
      try expander.expand(payload, limit: limit, into: &records)
    } catch {
      batch.prepare(payloadBytes: 0)
      throw error
    }
    try decode(records.raw, into: &batch)
  }

  private mutating func decode(
    _ records: RawSpan, into batch: inout SubscriptionBatch
  ) throws(RecordError) {
    batch.prepare(payloadBytes: records.byteCount)
    var decoder = RecordDecoder(records)
    while true {
      let start = batch.count
      var storage: [Event] = []
      swap(&storage, &batch.storage)
      defer { swap(&storage, &batch.storage) }
      let offset = decoder.offset
      let failure: RecordError?
      let stop: RecordDecoder.Stop
      var span = storage.mutableSpan
      (batch.count, stop, failure) = decoder.fill(&span, from: start)
      if let bad = tracker.note(storage.span.extracting(start..<batch.count)) {
        let event = storage[start + bad]
        batch.count = start + bad
        throw .sequence(
          offset: storage[start..<start + bad].reduce(offset) { $0 + RecordFormat.bytes(of: $1) },
          expectedAtLeast: tracker.position.next, found: event.sequence)
      }
      batch.skipped = decoder.skipped
      if let failure { throw failure }
      if stop != .other { return }
      let place = decoder.offset
      switch try decoder.next() {
      case .definition(let definition)?:
        try tracker.note(definition, offset: place)
        catalog.define(definition)
        batch.definitions.append(definition)
      case .position(let position)?:
        try tracker.note(position, offset: place)
        batch.heartbeat = position
        if position.isSnapshotEnd { batch.isSnapshotEnd = true }
      case .event?, nil: return
      }
    }
  }
}
