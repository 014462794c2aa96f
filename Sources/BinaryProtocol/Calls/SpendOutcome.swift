/// What became of data that the owner of a connection wants to send by itself.
public enum SpendOutcome: Equatable, Sendable {
  /// Write a header and so many bytes now: the credit is spent.
  case granted
  /// No credit, or the transport is full: a `resume` action will follow.
  case wait
  /// The call is over; nobody reads it.
  case ended(CallError)
  /// The payload is larger than the client takes.
  case tooLarge(limit: UInt32)
}
