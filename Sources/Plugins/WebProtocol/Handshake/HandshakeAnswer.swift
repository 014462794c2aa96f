/// The answer 101 to an opening handshake.
public struct HandshakeAnswer: Equatable, Sendable {
  /// All header fields of the answer.
  public var headers: [HandshakeHeader]
  /// What was agreed.
  public var subprotocol: String?
  public var deflate: DeflateAgreement?
}
