public import EngineCore

/// What one data frame of a subscription held, in memory that is used again for the next.
public struct SubscriptionBatch: Sendable {
  var storage: [Event] = []
  var count = 0
  /// Definitions, in order; the catalog has them already.
  public internal(set) var definitions: [DefinitionRecord] = []
  /// The newest position record; nil when there was none.
  public internal(set) var heartbeat: PositionRecord?
  /// Whether the snapshot was complete with this frame.
  public internal(set) var isSnapshotEnd = false
  /// Records of kinds and versions that this code does not know.
  public internal(set) var skipped = 0

  public init() {}

  /// The events, gaps among them, in order.
  public var events: Span<Event> {
    @_lifetime(borrow self)
    get { storage.span.extracting(0..<count) }
  }

  /// A copy of the events.
  public var eventArray: [Event] { Array(storage[0..<count]) }

  /// Makes room for what a payload of so many bytes can hold.
  mutating func prepare(payloadBytes: Int) {
    count = 0
    definitions.removeAll(keepingCapacity: true)
    heartbeat = nil
    isSnapshotEnd = false
    skipped = 0
    let most = payloadBytes / RecordFormat.shortBytes
    if storage.count < most {
      storage.append(contentsOf: repeatElement(Event(), count: most - storage.count))
    }
  }
}
