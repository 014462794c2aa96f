/// A server's side of the opening handshake (RFC 6455, section 4.2), for one path.
public struct ServerHandshake: Sendable {
  /// Subprotocols that the server speaks.
  public var subprotocols: [String]
  /// Nil: nothing is compressed.
  public var deflate: DeflatePolicy?
  public var origins: OriginPolicy

  public init(
    subprotocols: [String] = [], deflate: DeflatePolicy? = nil, origins: OriginPolicy = .any
  ) {
    self.subprotocols = subprotocols
    self.deflate = deflate
    self.origins = origins
  }

  /// Checks a request.
  public func answer(
    _ request: HandshakeRequest
  ) throws(HandshakeRefusal) -> HandshakeAnswer {
    try checkRequest(request)
    let headers = request.headers
    let key = try readKey(headers.values("Sec-WebSocket-Key"))
    let wishes = HeaderScanner.tokens(headers.values("Sec-WebSocket-Protocol"))
    guard let wishes else {
      throw HandshakeRefusal(status: 400, reason: "Sec-WebSocket-Protocol is no list of tokens")
    }
    let offers = ExtensionItem.list(headers.values("Sec-WebSocket-Extensions"))
    guard let offers else {
      throw HandshakeRefusal(
        status: 400, reason: "Sec-WebSocket-Extensions does not follow its grammar")
    }
    var answer = HandshakeAnswer(headers: [
      HandshakeHeader("Upgrade", "websocket"), HandshakeHeader("Connection", "Upgrade"),
      HandshakeHeader("Sec-WebSocket-Accept", Self.accept(key)),
    ])
    // The client's order is its preference. Without a common one none is named, and it decides.
    if let name = wishes.first(where: { subprotocols.contains($0) }) {
      answer.subprotocol = name
      answer.headers.append(HandshakeHeader("Sec-WebSocket-Protocol", name))
    }
    if let (parameters, agreement) = deflate?.answer(offers) {
      answer.deflate = agreement
      answer.headers.append(HandshakeHeader("Sec-WebSocket-Extensions", parameters.headerText))
    }
    return answer
  }

  private func checkRequest(_ request: HandshakeRequest) throws(HandshakeRefusal) {
    let headers = request.headers
    guard request.method == "GET" else {
      throw HandshakeRefusal(
        status: 405, reason: "a WebSocket begins with GET, not \(request.method)",
        headers: [HandshakeHeader("Allow", "GET")])
    }
    guard request.major == 1, request.minor >= 1 else {
      throw HandshakeRefusal(
        status: 505,
        reason: "a WebSocket begins with HTTP/1.1, not HTTP/\(request.major).\(request.minor)")
    }
    let hosts = headers.values("Host")
    guard hosts.count == 1, let host = hosts.first, !host.isEmpty else {
      throw HandshakeRefusal(status: 400, reason: "expected one Host, found \(hosts.count)")
    }
    let hasBody =
      headers.values("Content-Length").contains { $0 != "0" }
      || !headers.values("Transfer-Encoding").isEmpty
    guard !hasBody else {
      throw HandshakeRefusal(status: 400, reason: "an opening handshake has no body")
    }
    guard request.isUpgrade else {
      throw HandshakeRefusal(
        status: 426, reason: "this path is a WebSocket: expected \"Upgrade: websocket\"",
        headers: [
          HandshakeHeader("Upgrade", "websocket"), HandshakeHeader("Connection", "Upgrade"),
        ])
    }
    let connection = HeaderScanner.tokens(headers.values("Connection")) ?? []
    guard connection.contains(where: { $0.lowercased() == "upgrade" }) else {
      throw HandshakeRefusal(status: 400, reason: "expected \"Connection: Upgrade\"")
    }
    let versions = headers.values("Sec-WebSocket-Version")
    guard versions == ["13"] else {
      throw HandshakeRefusal(
        status: versions.isEmpty ? 400 : 426,
        reason: "expected Sec-WebSocket-Version 13, found "
          + (versions.isEmpty ? "none" : versions.joined(separator: ", ")),
        headers: [HandshakeHeader("Sec-WebSocket-Version", "13")])
    }
    let origin = headers.values("Origin")
    guard origins.allows(origins: origin, host: host) else {
      let pages = origin.joined(separator: ", ")
      throw HandshakeRefusal(
        status: 403,
        reason: "pages of \(pages) may not connect: allow the origin in the configuration")
    }
  }

  private func readKey(_ values: [String]) throws(HandshakeRefusal) -> String {
    guard values.count == 1, let key = values.first, Base64.bytes(key)?.count == 16 else {
      throw HandshakeRefusal(
        status: 400, reason: "expected one Sec-WebSocket-Key of 16 bytes in base64")
    }
    return key
  }

  /// What proves to a client that the server has understood its key.
  public static func accept(_ key: String) -> String {
    Base64.text(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
  }
}
