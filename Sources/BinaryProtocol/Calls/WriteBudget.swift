/// Counts the bytes that wait to be written on one connection and says when there are too many.
///
/// Above `highBytes` streams should stop; below `lowBytes` they go on; at `limitBytes` the reader
/// is too slow and is cut. Pure, so that every transport has the same policy.
public struct WriteBudget: Equatable, Sendable {
  /// What became of an offer.
  public enum Outcome: Equatable, Sendable {
    /// Taken, and there is room for more.
    case accepted
    /// Taken; wait for the transport to be writable before the next.
    case acceptedNowFull
    /// Not taken: the limit would be passed.
    case overLimit
  }

  /// Most bytes that may wait.
  public let limitBytes: Int
  /// Streams stop above this.
  public let highBytes: Int
  /// Streams go on below this.
  public let lowBytes: Int
  /// Bytes that wait now.
  public private(set) var pendingBytes = 0
  /// Whether streams may send.
  public private(set) var isWritable = true

  public init(limitBytes: Int = 4 << 20, highBytes: Int = 256 << 10, lowBytes: Int = 64 << 10) {
    self.limitBytes = max(1, limitBytes)
    self.highBytes = min(highBytes, self.limitBytes)
    self.lowBytes = min(lowBytes, self.highBytes)
  }

  /// Asks to queue so many bytes.
  public mutating func offer(_ count: Int) -> Outcome {
    guard count <= limitBytes - pendingBytes else { return .overLimit }
    pendingBytes += count
    if pendingBytes > highBytes { isWritable = false }
    return isWritable ? .accepted : .acceptedNowFull
  }

  /// Says that so many bytes are out; true when streams may go on that had to stop.
  public mutating func written(_ count: Int) -> Bool {
    pendingBytes = max(0, pendingBytes - count)
    guard !isWritable, pendingBytes <= lowBytes else { return false }
    isWritable = true
    return true
  }
}
