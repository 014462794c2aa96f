import BinaryProtocol

/// How a `CannedDaemon` answers a method.
enum CannedAnswer: Sendable {
  case reply(String)
  /// One after the other; the last is repeated.
  case pages([String])
  case failure(CallError)
  /// No answer until the caller gives up.
  case silence
  /// Messages; then the end, unless it goes on.
  case stream([String], goesOn: Bool)
}
