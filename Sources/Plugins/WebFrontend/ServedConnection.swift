internal import EngineCore

/// A connection of the server's, whatever is spoken on it. Lives on the event loop.
protocol ServedConnection: AnyObject {
  var number: UInt64 { get }
  /// Who is at the other end of the socket; a proxy, where there is one.
  var address: String { get }
  /// Looks at its deadlines.
  func timePassed(now: Int64)
  /// The server stops.
  func shutDown(now: Int64)
  /// Sends what is due before the end.
  func drain()
  /// Closes without a word.
  func cut()
}
