import EngineCore
import Testing

@testable import WebProtocol

@Suite("The opening handshake")
struct HandshakeTests {
  private static let key = "dGhlIHNhbXBsZSBub25jZQ=="

  /// The request of RFC 6455 section 1.2, with fields added, or replaced by their value.
  private static func request(
    _ changes: [(String, String?)] = [], adding: [(String, String)] = [], method: String = "GET",
    version: (Int, Int) = (1, 1)
  ) -> HandshakeRequest {
    var headers = [
      HandshakeHeader("Host", "server.example.com"), HandshakeHeader("Upgrade", "websocket"),
      HandshakeHeader("Connection", "Upgrade"), HandshakeHeader("Sec-WebSocket-Key", key),
      HandshakeHeader("Origin", "http://example.com"),
      HandshakeHeader("Sec-WebSocket-Protocol", "chat, superchat"),
      HandshakeHeader("Sec-WebSocket-Version", "13"),
    ]
    for (name, value) in changes {
      headers.removeAll { $0.name == name }
      if let value { headers.append(HandshakeHeader(name, value)) }
    }
    headers += adding.map { HandshakeHeader($0.0, $0.1) }
    return HandshakeRequest(
      method: method, major: version.0, minor: version.1, headers: headers)
  }

  private static func refusal(
    _ request: HandshakeRequest, _ handshake: ServerHandshake = ServerHandshake()
  ) -> HandshakeRefusal? {
    do throws(HandshakeRefusal) {
      _ = try handshake.answer(request)
      return nil
    } catch { return error }
  }

  @Test("the example of RFC 6455 is answered as it says")
  func example() throws {
    let answer = try ServerHandshake(subprotocols: ["superchat"]).answer(Self.request())
    #expect(answer.headers.values("sec-websocket-accept") == ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="])
    #expect(answer.subprotocol == "superchat")
    #expect(answer.headers.values("Sec-WebSocket-Protocol") == ["superchat"])
    #expect(answer.deflate == nil)
    for vector in try WebVectors.list("accept") {
      #expect(ServerHandshake.accept(vector["key"]?.string ?? "") == vector["accept"]?.string)
    }
  }

  @Test("SHA-1 is that of FIPS 180-4")
  func digests() {
    func hex(_ bytes: [UInt8]) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    #expect(hex(SHA1.digest([])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    #expect(hex(SHA1.digest(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    #expect(hex(SHA1.digest(Array(long.utf8))) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(hex(SHA1.digest(million)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
  }

  @Test("base64 comes back, and what no encoder writes is refused", arguments: 0..<64)
  func base64(count: Int) {
    var random = SeededRandom(seed: UInt64(count))
    let bytes = random.bytes(count)
    #expect(Base64.bytes(Base64.text(bytes)) == bytes)
    for bad in ["a", "ab", "abc", "a===", "ab=c", "ab==ab==", "aB==", "a b=", "=="] {
      #expect(Base64.bytes(bad) == nil, "\(bad)")
    }
  }

  @Test("tokens count whatever their case, among others and in several fields")
  func lenient() {
    for request in [
      Self.request([("Upgrade", "WebSocket"), ("Connection", "keep-alive, UPGRADE")]),
      Self.request([("Upgrade", "h2c, websocket")]),
      Self.request([("Connection", "keep-alive")], adding: [("connection", "upgrade")]),
      Self.request([("Sec-WebSocket-Protocol", nil)]),
      Self.request([("Origin", nil)]),
      Self.request(adding: [("Content-Length", "0")]),
    ] {
      #expect(Self.refusal(request) == nil)
    }
  }

  @Test("a request that is not right is refused with a status that says so")
  func refused() {
    let cases: [(HandshakeRequest, Int)] = [
      (Self.request(method: "POST"), 405), (Self.request(version: (1, 0)), 505),
      (Self.request(version: (2, 0)), 505), (Self.request([("Host", nil)]), 400),
      (Self.request(adding: [("Host", "other")]), 400), (Self.request([("Host", "")]), 400),
      (Self.request([("Upgrade", nil)]), 426), (Self.request([("Upgrade", "h2c")]), 426),
      (Self.request([("Connection", "close")]), 400), (Self.request([("Connection", nil)]), 400),
      (Self.request([("Sec-WebSocket-Version", nil)]), 400),
      (Self.request([("Sec-WebSocket-Version", "8")]), 426),
      (Self.request(adding: [("Sec-WebSocket-Version", "13")]), 426),
      (Self.request([("Sec-WebSocket-Key", nil)]), 400),
      (Self.request([("Sec-WebSocket-Key", "c2hvcnQ=")]), 400),
      (Self.request([("Sec-WebSocket-Key", Self.key + " ")]), 400),
      (Self.request(adding: [("Sec-WebSocket-Key", Self.key)]), 400),
      (Self.request([("Sec-WebSocket-Protocol", "a b")]), 400),
      (Self.request([("Sec-WebSocket-Extensions", "x; =")]), 400),
      (Self.request(adding: [("Content-Length", "5")]), 400),
      (Self.request(adding: [("Transfer-Encoding", "chunked")]), 400),
    ]
    for (request, status) in cases {
      let refusal = Self.refusal(request)
      #expect(refusal?.status == status, "\(request)")
      #expect(refusal?.reason.isEmpty == false)
    }
    let version = Self.refusal(Self.request([("Sec-WebSocket-Version", "8")]))
    #expect(version?.headers == [HandshakeHeader("Sec-WebSocket-Version", "13")])
  }

  @Test(
    "pages may connect as the policy says",
    arguments: [
      (OriginPolicy.any, "https://evil.example", true),
      (.sameHost, "http://server.example.com", true),
      (.sameHost, "https://SERVER.example.com", true),
      (.sameHost, "http://server.example.com:80", true),
      (.sameHost, "http://server.example.com:8000", false),
      (.sameHost, "http://evil.example", false), (.sameHost, "null", false),
      (.listed(["https://a.example"]), "https://a.example", true),
      (.listed(["https://a.example"]), "https://A.example", true),
      (.listed(["https://a.example"]), "https://a.example.evil", false),
      (.listed(["null"]), "null", true), (.listed([]), "http://server.example.com", false),
    ])
  func origins(policy: OriginPolicy, origin: String, isAllowed: Bool) {
    let handshake = ServerHandshake(origins: policy)
    let refusal = Self.refusal(Self.request([("Origin", origin)]), handshake)
    #expect(refusal?.status == (isAllowed ? nil : 403))
    #expect(Self.refusal(Self.request([("Origin", nil)]), handshake) == nil)
    let twice = Self.request(adding: [("Origin", origin)])
    #expect(Self.refusal(twice, ServerHandshake(origins: .sameHost))?.status == 403)
  }

  @Test("both sides of this code agree", arguments: 0..<50)
  func bothSides(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var parameters = DeflateParameters()
    parameters.serverNoContextTakeover = random.chance(50)
    parameters.clientNoContextTakeover = random.chance(50)
    if random.chance(50) { parameters.serverMaxWindowBits = .random(in: 8...15, using: &random) }
    if random.chance(70) {
      parameters.clientMaxWindowBits =
        random.chance(30) ? 0 : .random(in: 8...15, using: &random)
    }
    let client = ClientHandshake(
      key: random.bytes(16), subprotocols: ["a", "b"],
      deflate: random.chance(80) ? DeflateOffer(parameters) : nil)
    let server = ServerHandshake(
      subprotocols: ["c", "b"],
      deflate: random.chance(80)
        ? DeflatePolicy(
          keepsServerContext: random.chance(50), keepsClientContext: random.chance(50),
          serverWindowBits: .random(in: 9...15, using: &random),
          clientWindowBits: .random(in: 8...15, using: &random)) : nil)
    let answer = try server.answer(HandshakeRequest(headers: client.headers(host: "h")))
    let seen = try client.check(status: 101, headers: answer.headers)
    #expect(seen.deflate == answer.deflate)
    #expect(seen.subprotocol == "b")
    #expect((answer.deflate != nil) == (client.deflate != nil && server.deflate != nil))
  }

  @Test("a client refuses an answer that does not fit its request")
  func client() throws {
    let handshake = ClientHandshake(key: [UInt8](repeating: 1, count: 16), subprotocols: ["a"])
    let request = HandshakeRequest(headers: handshake.headers(host: "h"))
    let good = try ServerHandshake(subprotocols: ["a"]).answer(request).headers
    func isRefused(_ status: Int, _ headers: [HandshakeHeader]) -> Bool {
      (try? handshake.check(status: status, headers: headers)) == nil
    }
    #expect(!isRefused(101, good))
    #expect(isRefused(200, good))
    for name in ["Upgrade", "Connection", "Sec-WebSocket-Accept"] {
      #expect(isRefused(101, good.filter { $0.name != name }), "\(name)")
    }
    #expect(isRefused(101, good + [HandshakeHeader("Sec-WebSocket-Protocol", "b")]))
    #expect(isRefused(101, good + [HandshakeHeader("Sec-WebSocket-Extensions", "x")]))
  }

  @Test("a token is found in the request")
  func tokens() {
    func find(_ headers: [(String, String)], _ query: String = "") -> String? {
      RequestToken.find(headers: headers.map { HandshakeHeader($0.0, $0.1) }, query: query)
    }
    #expect(find([("authorization", "bearer abc")]) == "abc")
    #expect(find([("Authorization", "Basic abc"), ("X-API-Key", "k")]) == "k")
    #expect(find([], "a=b&token=x%20y%E2%82%AC+z&token=2") == "x y€ z")
    #expect(find([], "token=%2") == nil)
    #expect(find([], "token=%zz") == nil)
    #expect(find([], "token=") == nil)
    #expect(find([], "token") == nil)
    #expect(find([], "token=%ff") == nil)
  }
}
