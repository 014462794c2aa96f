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
  /// Bytes of events that were not decided yet.
  public private(set) var pendingBytes = 0

  /// Records, oldest first; those before `sent` were sent on this connection.
  private var pending: [Pending] = []
  private var first = 0
  private var sent = 0
  private var definitions: [DefinitionRecord] = []
  private var definitionsSent = 0
  private var credit: Int64 = 0
  /// Counts of earlier connections whose server did not know this publisher again.
  private var base = Progress()
  private var isFirstAcknowledgement = true
  private let maxPendingBytes: Int

  private struct Pending: Sendable {
    var sequence: UInt64
    var record: [UInt8]
  }

  /// A publisher that keeps at most so many bytes of events that are not decided.
  public init(maxPendingBytes: Int = 1 << 20) {
    self.maxPendingBytes = max(RecordFormat.longBytes, maxPendingBytes)
  }

  /// Events that may be added now without passing the limit, whatever their kinds.
  public var room: Int { (maxPendingBytes - pendingBytes) / RecordFormat.longBytes }

  /// Whether everything was decided.
  public var isSettled: Bool { first == pending.count }

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
    var record: [UInt8] = []
    encoder.append(event, to: &record)
    pendingBytes += record.count
    pending.append(Pending(sequence: event.sequence, record: record))
    return event.sequence
  }

  /// A new connection: nothing was sent on it, and there is no credit.
  public mutating func connected() {
    sent = first
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
    progress.accepted = base.accepted + acknowledgement.accepted
    progress.rejected = base.rejected + acknowledgement.rejected
    if acknowledgement.sequence > 0 {
      progress.position = StreamPosition(
        epoch: acknowledgement.epoch, next: acknowledgement.sequence + 1)
    }
    while first < pending.count, pending[first].sequence <= progress.decided {
      pendingBytes -= pending[first].record.count
      pending[first].record = []
      first += 1
    }
    sent = max(sent, first)
    if first > 1_024, first * 2 > pending.count {
      pending.removeFirst(first)
      sent -= first
      first = 0
    }
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
    guard credit > 0, sent < pending.count else { return nil }
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
      while sent < pending.count {
        let record = pending[sent].record
        guard payload.count + record.count <= most || payload.isEmpty else { break }
        payload += record
        sent += 1
      }
    }
    credit -= Int64(payload.count + WireFormat.headerBytes)
    return payload
  }
}
