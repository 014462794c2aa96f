/// The notice that a side takes or makes no new calls on this connection.
public struct GoAway: Equatable, Sendable {
  /// Calls on higher streams were not started and may be retried elsewhere.
  public var lastStreamID: UInt32
  /// Why, as a `CloseCode`; later versions may send codes that this one does not know.
  public var code: UInt8
  /// Why, for people.
  public var text: String

  public init(lastStreamID: UInt32, code: UInt8, text: String) {
    self.lastStreamID = lastStreamID
    self.code = code
    self.text = text
  }

  /// The reason to show: an unknown code counts as an internal error of the other side.
  public var reason: CloseReason {
    CloseReason(CloseCode(rawValue: code) ?? .internalError, text)
  }
}
