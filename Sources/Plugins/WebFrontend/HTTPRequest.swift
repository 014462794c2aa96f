internal import NIOHTTP1
internal import WebProtocol

/// A request that is complete and follows the rules.
struct HTTPRequest {
  var method: HTTPMethod
  var target: RequestTarget
  var version: HTTPVersion
  var headers: HTTPHeaders
  /// Who sent it.
  var peer: String

  /// The value of a field that occurs at most once.
  func header(_ name: String) -> String? { headers.first(name: name) }

  /// As handshakes and tokens are read from it.
  var handshake: HandshakeRequest {
    HandshakeRequest(
      method: method.rawValue, major: version.major, minor: version.minor, headers: fields)
  }

  var fields: [HandshakeHeader] { headers.map { HandshakeHeader($0.name, $0.value) } }

  /// The token that it shows, if it does.
  var token: String? { RequestToken.find(headers: fields, query: target.query) }
}
