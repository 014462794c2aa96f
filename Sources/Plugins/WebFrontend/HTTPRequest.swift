internal import NIOHTTP1
internal import WebProtocol

/// A request that is complete and follows the rules.
struct HTTPRequest {
  var method: HTTPMethod
  var target: RequestTarget
  var version: HTTPVersion
  var headers: HTTPHeaders
  /// The number of the listener that it came by.
  var listener: Int
  /// Who is at the other end of the socket.
  var address: String
  /// Who sent it; behind a proxy that is believed, whom that names.
  var peer: String
  /// Tells it from others, in logs of here and elsewhere.
  var id: String
  /// When its head had come.
  var sinceNanos: Int64
  /// For which host it is, when a proxy that is believed says so.
  var forwardedHost: String?
  var body: [UInt8] = []

  /// The value of a field that occurs at most once.
  func header(_ name: String) -> String? { headers.first(name: name) }

  /// As handshakes and tokens are read from it.
  var handshake: HandshakeRequest {
    HandshakeRequest(
      method: method.rawValue, major: version.major, minor: version.minor,
      headers: fields.map { field in
        // The origin of a page is that of the host which its browser asked.
        guard let forwardedHost, field.name.lowercased() == "host" else { return field }
        return HandshakeHeader("Host", forwardedHost)
      })
  }

  var fields: [HandshakeHeader] { headers.map { HandshakeHeader($0.name, $0.value) } }

  /// The token that it shows, if it does.
  var token: String? { RequestToken.find(headers: fields, query: target.query) }
}
