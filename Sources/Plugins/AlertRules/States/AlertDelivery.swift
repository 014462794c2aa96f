/// What became of the notification of a transition.
public enum AlertDelivery: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  /// There is nothing to tell: no channels, or a transition that is not told.
  case none = 0
  /// A notification was given out.
  case notified = 1
  /// It waits for the end of its group's window.
  case grouped = 2
  /// A silence held it back.
  case silenced = 3
  /// Its owner has had as many as the limit allows.
  case limited = 4
  /// The group was full: counted there.
  case crowded = 5
}
