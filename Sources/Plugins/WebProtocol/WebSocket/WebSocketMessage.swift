/// A message that is complete. Its bytes are read with `WebSocketDecoder.withPayload`.
public struct WebSocketMessage: Equatable, Sendable {
  public enum Kind: Sendable {
    case text
    case binary
  }

  /// Where the bytes are.
  public enum Payload: Equatable, Sendable {
    /// In the input that was given, as they are.
    case input(Range<Int>)
    /// In the decoder's own memory, until its next call.
    case held
  }

  public var kind: Kind
  public var payload: Payload
  /// Whether it came compressed.
  public var wasCompressed = false
}
