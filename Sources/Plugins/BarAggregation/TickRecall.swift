public import EngineCore

/// Where ticks of the past can be read again: the ring, or a journal.
public protocol TickRecall {
  /// Hands over the events of the log from one position through another, those that are still
  /// there, in order.
  ///
  /// - Returns: whether all of them were there.
  func events(from first: UInt64, through last: UInt64, _ body: (Event) -> Void) -> Bool
}
