public import EngineCore

/// The client's side of publishing, as a value: events go in, frames come out when the server has
/// given credit, and what was not acknowledged is kept to be sent again on another connection.
public struct PublisherState: Sendable {
  /// What an acknowledgement means for the caller.
  public struct Progress: Equatable, Sendable {
    /// Every event up to this sequence was taken or rejected.
    public var decided: UInt64 = 0
    public var accepted: UInt64 = 0
    public var rejected: UInt64 = 0
    /// The position of the last event taken; nil before one was.
    public var position: StreamPosition?

    public init() {}
  }

  /// What was last said by the server, over all connections.
  public private(set) var progress = Progress()
  /// The sequence of the next event.
  public private(set) var nextSequence: UInt64 = 1
  /// Records, oldest first. Those before `head` were decided; those before `sent` were sent on this
  /// connection. The sequences of the rest follow each other.
  private var records: [UInt8] = []
  private var head = 0
  private var sent = 0
  private var definitions: [DefinitionRecord] = []
  private var definitionsSent = 0
  private var credit: Int64 = 0
  /// Counts of earlier connections whose server did not know this publisher again.
  private var base = Progress()
  private var isFirstAcknowledgement = true
  private let maxPendingBytes: Int

  /// A publisher that keeps at most so many bytes of events that are not decided.
  public init(maxPendingBytes: Int = 1 << 20) {
    self.maxPendingBytes = max(RecordFormat.longBytes, maxPendingBytes)
  }

  /// Bytes of events that were not decided yet.
  public var pendingBytes: Int { records.count - head }

  /// Events that may be added now without passing the limit, whatever their kinds.
  public var room: Int { (maxPendingBytes - pendingBytes) / RecordFormat.longBytes }

  /// Whether everything was decided.
  public var isSettled: Bool { head == records.count }

  /// Defines an id; sent before the next event, on every connection anew.
  public mutating func define(_ definition: DefinitionRecord) { definitions.append(definition) }

  /// Adds an event and returns its sequence. There must be `room`. Its kind may not be
  /// `definition`.
  public mutating func add(_ event: Event, _ encoder: RecordEncoder) -> UInt64 {
    precondition(room > 0, "the caller waits for room")
    precondition(event.kind != .definition, "definitions are added by define")
    var event = event
    event.sequence = nextSequence
    nextSequence += 1
    encoder.append(event, to: &records)
    return event.sequence
  }

  /// A new connection: nothing was sent on it, and there is no credit.
  public mutating func connected() {
    sent = head
    definitionsSent = 0
    credit = 0
    base = progress
    isFirstAcknowledgement = true
  }

  /// Takes an acknowledgement. Throws when it speaks of events that were never sent.
  public mutating func acknowledged(
    _ acknowledgement: PublishAcknowledgement
  ) throws(CallError) {
    guard acknowledgement.decided < nextSequence else {
      throw CallError(
        .internalError,
        "publish: event \(acknowledgement.decided) acknowledged, the last was \(nextSequence - 1)")
    }
    if isFirstAcknowledgement {
      isFirstAcknowledgement = false
      // A server that knows this publisher counts on; another one starts anew.
      if acknowledgement.decided > 0 { base = Progress() }
    }
    credit += Int64(acknowledgement.creditBytes)
    progress.decided = max(progress.decided, acknowledgement.decided)
    progress.accepted = Self.sum(base.accepted, acknowledgement.accepted)
    progress.rejected = Self.sum(base.rejected, acknowledgement.rejected)
    if acknowledgement.sequence > 0, acknowledgement.sequence < RecordFormat.sequenceLimit {
      progress.position = StreamPosition(
        epoch: acknowledgement.epoch, next: acknowledgement.sequence + 1)
    }
    dropDecided()
  }

  private mutating func dropDecided() {
    while head < records.count, sequence(at: head) <= progress.decided { head += size(at: head) }
    sent = max(sent, head)
    // Moved rarely, so that a byte is copied about once.
    if head > 64 << 10, head * 2 > records.count {
      records.removeFirst(head)
      sent -= head
      head = 0
    }
  }

  private func size(at offset: Int) -> Int { Int(records[offset + 6]) * 8 }

  private func sequence(at offset: Int) -> UInt64 {
    records.raw.word(at: offset) & (RecordFormat.sequenceLimit - 1)
  }

  /// Counts of a server may be anything: they end at the largest number instead of trapping.
  private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  /// Spends the credit of an empty last frame; false when there is none.
  public mutating func takeCreditForEnd() -> Bool {
    guard credit > 0 else { return false }
    credit -= Int64(WireFormat.headerBytes)
    return true
  }

  /// The payload of the next data frame, of at most `limit` bytes: nil when nothing is to be sent
  /// or there is no credit.
  public mutating func nextPayload(limit: Int) -> [UInt8]? {
    guard credit > 0, sent < records.count else { return nil }
    var payload: [UInt8] = []
    while definitionsSent < definitions.count {
      let record = definitions[definitionsSent].encoded
      guard payload.count + record.count <= limit else { break }
      payload += record
      definitionsSent += 1
    }
    if definitionsSent == definitions.count {
      // A frame may pass the credit, but what it holds should not pass it by much.
      let most = min(limit, max(Int(credit), RecordFormat.longBytes))
      var end = sent
      while end < records.count {
        let count = payload.count + end - sent + size(at: end)
        guard count <= most || count == size(at: end) else { break }
        end += size(at: end)
      }
      payload += records[sent..<end]
      sent = end
    }
    credit -= Int64(payload.count + WireFormat.headerBytes)
    return payload
  }
}
