/// A client's side of the opening handshake (RFC 6455, section 4.1).
public struct ClientHandshake: Sendable {
  public var subprotocols: [String]
  /// Nil: nothing is compressed.
  public var deflate: DeflateOffer?
  private let key: String

  /// A handshake with a key of 16 bytes, which should be random.
  public init(
    key: [UInt8], subprotocols: [String] = [], deflate: DeflateOffer? = nil
  ) {
    precondition(key.count == 16, "a key has 16 bytes")
    self.key = Base64.text(key)
    self.subprotocols = subprotocols
    self.deflate = deflate
  }

  /// The header fields of the request, beside those of any request.
  public func headers(host: String) -> [HandshakeHeader] {
    var headers = [
      HandshakeHeader("Host", host), HandshakeHeader("Upgrade", "websocket"),
      HandshakeHeader("Connection", "Upgrade"), HandshakeHeader("Sec-WebSocket-Key", key),
      HandshakeHeader("Sec-WebSocket-Version", "13"),
    ]
    if !subprotocols.isEmpty {
      headers.append(
        HandshakeHeader("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", ")))
    }
    if let deflate {
      headers.append(
        HandshakeHeader("Sec-WebSocket-Extensions", deflate.parameters.headerText))
    }
    return headers
  }

  /// Checks the answer.
  public func check(
    status: Int, headers: [HandshakeHeader]
  ) throws(WebSocketError) -> HandshakeAnswer {
    func fault(_ reason: String) -> WebSocketError { WebSocketError(.protocolError, reason) }
    guard status == 101 else { throw fault("expected status 101, found \(status)") }
    let upgrade = HeaderScanner.tokens(headers.values("Upgrade")) ?? []
    let connection = HeaderScanner.tokens(headers.values("Connection")) ?? []
    guard upgrade.map({ $0.lowercased() }) == ["websocket"],
      connection.contains(where: { $0.lowercased() == "upgrade" })
    else { throw fault("the answer is no upgrade to a WebSocket") }
    guard headers.values("Sec-WebSocket-Accept") == [ServerHandshake.accept(key)] else {
      throw fault("Sec-WebSocket-Accept does not fit the key")
    }
    let chosen = headers.values("Sec-WebSocket-Protocol")
    guard chosen.count <= 1, chosen.allSatisfy(subprotocols.contains) else {
      throw fault("the server chose a subprotocol that was not offered")
    }
    guard let extensions = ExtensionItem.list(headers.values("Sec-WebSocket-Extensions")) else {
      throw fault("Sec-WebSocket-Extensions does not follow its grammar")
    }
    guard let deflate else {
      guard extensions.isEmpty else {
        throw WebSocketError(
          .mandatoryExtension, "the server answers an extension that was not offered")
      }
      return HandshakeAnswer(headers: headers, subprotocol: chosen.first, deflate: nil)
    }
    return HandshakeAnswer(
      headers: headers, subprotocol: chosen.first, deflate: try deflate.agreement(extensions))
  }
}
