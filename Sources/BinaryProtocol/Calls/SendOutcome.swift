/// What became of a message that a handler wants to send.
public enum SendOutcome: Equatable, Sendable {
  /// Write these bytes.
  case send([UInt8])
  /// No credit, or the transport is full: a `resume` action will follow.
  case wait
  /// The call is over; nobody reads it.
  case ended(CallError)
  /// The message is larger than the client takes.
  case tooLarge(limit: UInt32)
}
