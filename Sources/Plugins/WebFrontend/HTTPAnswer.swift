internal import EngineCore
internal import NIOCore
internal import NIOHTTP1

/// An answer to a request: a value, until it is written.
struct HTTPAnswer {
  /// Why a request is not answered as it asks.
  struct Refusal: Error, Equatable {
    var status: Int
    var reason: String
    var headers: [HeaderField] = []
  }

  /// One field of an answer's head.
  struct HeaderField: Equatable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  var status: Int
  var headers: [HeaderField] = []
  var body: [UInt8] = []

  init(status: Int, headers: [HeaderField] = [], body: [UInt8] = [], type: String? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    if let type { self.headers.append(HeaderField("Content-Type", type)) }
  }

  /// An answer in JSON.
  static func json(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> HTTPAnswer {
    var json = JSONWriter()
    json.beginObject()
    write(&json)
    json.endObject()
    return .json(status: status, json.bytes + [0x0A])
  }

  /// An answer of bytes that are JSON already.
  static func json(status: Int = 200, _ body: [UInt8]) -> HTTPAnswer {
    HTTPAnswer(
      status: status, headers: [HeaderField("Cache-Control", "no-store")], body: body,
      type: "application/json")
  }

  /// What a refused client is told: `{"error":{"status":404,"message":"…"}}`.
  init(_ refusal: Refusal) {
    self = .json(status: refusal.status) { json in
      json.object("error") { json in
        json.member("status", refusal.status)
        json.member("message", refusal.reason)
      }
    }
    headers += refusal.headers
  }

  /// Whether a status comes with a body at all (RFC 9110, section 6.4.1).
  private var mayHaveBody: Bool { status >= 200 && status != 204 && status != 304 }

  /// The whole answer as it goes out. `isHead`: with the length of the body, but without it.
  func bytes(isHead: Bool, closes: Bool, extra: [HeaderField]) -> ByteBuffer {
    var text = "HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n"
    for field in extra + headers { text += "\(field.name): \(field.value)\r\n" }
    if mayHaveBody { text += "Content-Length: \(body.count)\r\n" }
    if closes { text += "Connection: close\r\n" }
    text += "\r\n"
    let carriesBody = mayHaveBody && !isHead
    var buffer = ByteBufferAllocator().buffer(
      capacity: text.utf8.count + (carriesBody ? body.count : 0))
    buffer.writeString(text)
    if carriesBody { buffer.writeBytes(body) }
    return buffer
  }
}
