/// A place in an engine's log: comparable only within one epoch.
public struct StreamPosition: Hashable, Sendable, CustomStringConvertible {
  /// The log.
  public var epoch: UInt64
  /// The sequence of the next event.
  public var next: UInt64

  public init(epoch: UInt64, next: UInt64) {
    self.epoch = epoch
    self.next = next
  }

  public var description: String { "\(epoch):\(next)" }
}
