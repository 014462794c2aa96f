internal import EngineCore

/// A connection of the server's, whatever is spoken on it. Lives on the event loop.
protocol ServedConnection: AnyObject {
  var number: UInt64 { get }
  var peer: String { get }
  /// Looks at its deadlines.
  func timePassed(now: Int64)
  /// The server stops.
  func shutDown(now: Int64)
  /// Sends what is due before the end.
  func drain()
  /// Closes without a word.
  func cut()
}
