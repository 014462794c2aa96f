public import EngineCore

/// What one data frame of a subscription held; or, on each connection first, the server's answer.
public struct FeedBatch: Sendable {
  /// What will come; set on the first batch of each connection, which holds nothing else.
  public var answer: SubscribeAnswer?
  /// The events, gaps among them, in order.
  public var events: [Event] = []
  /// The bytes of all records in the order in which they came, definitions and positions among
  /// them, inflated: what `RecordDecoder` reads.
  public var records: [UInt8] = []
  /// Where the stream is behind this batch.
  public var position: StreamPosition
  /// The server's clock, when the batch holds a position record.
  public var heartbeat: Timestamp?
  /// Whether the snapshot was complete with this batch.
  public var isSnapshotEnd = false
  /// How often the connection was lost before.
  public var reconnects = 0
}
