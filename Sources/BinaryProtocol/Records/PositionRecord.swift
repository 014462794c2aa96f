public import EngineCore

/// How far a stream is: its heartbeat, and the progress of one that is filtered.
public struct PositionRecord: Equatable, Sendable {
  /// The engine's log.
  public var epoch: UInt64
  /// Every event below it that the stream should carry was sent, or told in a gap.
  public var next: UInt64
  /// The server's clock.
  public var time: Timestamp
  /// The snapshot at the start of the stream is complete.
  public var isSnapshotEnd: Bool

  public init(epoch: UInt64, next: UInt64, time: Timestamp, isSnapshotEnd: Bool = false) {
    self.epoch = epoch
    self.next = next
    self.time = time
    self.isSnapshotEnd = isSnapshotEnd
  }

  static let snapshotEndFlag: UInt8 = 1

  /// The record's bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(RecordFormat.shortBytes)
    bytes.appendInteger(
      UInt64(RecordFormat.shortBytes / 8) << 48 | UInt64(RecordFormat.version) << 56)
    bytes.appendInteger(
      UInt64(RecordFormat.positionKind) | UInt64(isSnapshotEnd ? Self.snapshotEndFlag : 0) << 8)
    bytes.appendInteger(epoch)
    bytes.appendInteger(next)
    bytes.appendInteger(UInt64(bitPattern: time.nanoseconds))
    bytes.append(contentsOf: repeatElement(0, count: RecordFormat.shortBytes - bytes.count))
    return bytes
  }

  init(_ bytes: RawSpan) {
    isSnapshotEnd = bytes.byte(at: 9) & Self.snapshotEndFlag != 0
    epoch = bytes.word(at: 16)
    next = bytes.word(at: 24)
    time = Timestamp(nanoseconds: Int64(bitPattern: bytes.word(at: 32)))
  }
}
