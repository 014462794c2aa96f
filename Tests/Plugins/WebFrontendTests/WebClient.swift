import BinaryProtocol
import EngineCore
import Transport
import WebProtocol

/// A client on a real socket: HTTP first, a WebSocket after `open`.
final class WebClient {
  /// Something else came than the test waits for.
  struct Unexpected: Error {
    var text: String
  }

  struct Answer {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue { get throws { try JSONReader().read(body) } }
  }

  private let transport: SocketTransport
  private let host: String
  private var bytes: [UInt8] = []
  private var socket: WebSocketConnection?
  private(set) var agreement: DeflateAgreement?
  private var isClosed = false
  private var nextRequest: Int64 = 1

  init(_ transport: SocketTransport, host: String) {
    self.transport = transport
    self.host = host
  }

  deinit { transport.close(flushing: false) }

  // MARK: Bytes

  func send(_ text: String) { _ = transport.send(Array(text.utf8)) }
  func send(_ bytes: [UInt8]) { _ = transport.send(bytes) }

  /// Waits for more; false when the server has closed.
  private func receive() async -> Bool {
    while !isClosed {
      switch await transport.receive() {
      case .bytes(let more):
        bytes += more
        return true
      case .writable: continue
      case .closed: isClosed = true
      }
    }
    return false
  }

  /// Whether the server closes, with nothing before.
  func isClosedByServer() async -> Bool {
    while await receive() {}
    return bytes.isEmpty
  }

  // MARK: HTTP

  /// Sends a request without a body.
  func request(_ method: String, _ target: String, headers: [String: String] = [:]) {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    send(text + "\r\n")
  }

  /// The same, and its answer.
  func ask(
    _ method: String, _ target: String, headers: [String: String] = [:]
  ) async throws -> Answer {
    request(method, target, headers: headers)
    return try await answer(isHead: method == "HEAD")
  }

  /// Sends a request with a body, and takes its answer.
  func ask(
    _ method: String, _ target: String, headers: [String: String] = [:], body: String
  ) async throws -> Answer {
    var headers = headers
    headers["Content-Length"] = String(body.utf8.count)
    request(method, target, headers: headers)
    send(body)
    return try await answer()
  }

  /// The next answer; nil when the server closes instead.
  func answerOrEnd(isHead: Bool = false) async throws -> Answer? {
    while bytes.isEmpty {
      guard await receive() else { return nil }
    }
    return try await answer(isHead: isHead)
  }

  func answer(isHead: Bool = false) async throws -> Answer {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = bytes.firstRange(of: end) {
        var answer = try Self.head(String(decoding: bytes[..<range.lowerBound], as: UTF8.self))
        let count = isHead ? 0 : Int(answer.headers["content-length"] ?? "0") ?? 0
        while bytes.count < range.upperBound + count {
          guard await receive() else { throw Unexpected(text: "the end within a body") }
        }
        answer.body = Array(bytes[range.upperBound..<range.upperBound + count])
        bytes.removeFirst(range.upperBound + count)
        return answer
      }
      guard await receive() else {
        throw Unexpected(text: "the end after \(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }

  private static func head(_ text: String) throws -> Answer {
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = lines[0].split(separator: " ")
    guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
      throw Unexpected(text: text)
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { throw Unexpected(text: text) }
      headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].dropFirst())
    }
    return Answer(status: status, headers: headers, body: [])
  }

  // MARK: WebSocket

  private static let key: [UInt8] = Array(0..<16)

  /// The answer to a request for a WebSocket.
  func upgrade(
    _ target: String, headers: [String: String] = [:], isCompressed: Bool = false
  ) async throws -> Answer {
    let handshake = Self.handshake(isCompressed)
    var text = "GET \(target) HTTP/1.1\r\n"
    for header in handshake.headers(host: host) { text += "\(header.name): \(header.value)\r\n" }
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    send(text + "\r\n")
    let answer = try await self.answer()
    guard answer.status == 101 else { return answer }
    agreement = try handshake.check(
      status: 101, headers: answer.headers.map { HandshakeHeader($0.key, $0.value) }
    ).deflate
    var limits = WebSocketLimits()
    limits.pingNanos = 0
    socket = WebSocketConnection(
      role: .client, limits: limits, deflate: agreement, maskSeed: 1, now: 0)
    return answer
  }

  private static func handshake(_ isCompressed: Bool) -> ClientHandshake {
    ClientHandshake(key: key, deflate: isCompressed ? DeflateOffer() : nil)
  }

  /// Opens a WebSocket on the stream and takes what the server says first.
  @discardableResult
  func open(
    _ target: String, headers: [String: String] = [:], isCompressed: Bool = false
  ) async throws -> JSONValue {
    let answer = try await upgrade(target, headers: headers, isCompressed: isCompressed)
    guard answer.status == 101 else { throw Unexpected(text: answer.text) }
    guard let hello = try await next()?["hello"] else { throw Unexpected(text: "no hello") }
    return hello
  }

  func send(_ opcode: WebSocketOpcode, _ payload: [UInt8]) {
    if let frame = socket?.frame(opcode, payload) { send(frame) }
  }

  enum Received: Equatable {
    case text(String)
    case binary([UInt8])
    case pong
    case closed(WebSocketCloseCode)
  }

  /// The next message, or how the WebSocket ended.
  func received() async throws -> Received {
    guard var socket else { throw Unexpected(text: "no WebSocket") }
    defer { self.socket = socket }
    while true {
      var position = 0
      let input = bytes
      var found: Received?
      while found == nil, let event = socket.next(input.raw, &position, now: 0) {
        switch event {
        case .message(let message):
          let payload = socket.withPayload(of: message, in: input.raw) { $0.copy() }
          found =
            message.kind == .text
            ? .text(String(decoding: payload, as: UTF8.self)) : .binary(payload)
        case .send(let reply): send(reply)
        case .pong: found = .pong
        case .close(let closure): found = .closed(closure.code)
        }
      }
      bytes.removeFirst(position)
      if let found { return found }
      guard await receive() else {
        return .closed(socket.transportClosed()?.code ?? .abnormal)
      }
    }
  }

  /// The next text message as JSON; nil when the WebSocket is closed.
  func next() async throws -> JSONValue? {
    switch try await received() {
    case .text(let text): return try JSONReader().read(Array(text.utf8))
    case .closed: return nil
    case let other: throw Unexpected(text: "\(other)")
    }
  }

  /// The code that the WebSocket is closed with; messages before it are passed over.
  func closeCode() async throws -> WebSocketCloseCode {
    while true {
      if case .closed(let code) = try await received() { return code }
    }
  }

  /// Sends a request of the native protocol and takes its answer; events in between are dropped.
  func call(_ members: String) async throws -> JSONValue {
    let id = nextRequest
    nextRequest += 1
    send(.text, Array("{\"id\":\(id),\(members)}".utf8))
    while let message = try await next() {
      if message["id"]?.int64 == id { return message }
    }
    throw Unexpected(text: "the end before an answer")
  }

  /// Events until there are so many, with what is told between them.
  func events(atLeast count: Int) async throws -> [JSONValue] {
    var events: [JSONValue] = []
    while events.count < count {
      guard let message = try await next() else { throw Unexpected(text: "the end") }
      events += message["e"]?.array ?? []
    }
    return events
  }

  /// The next message that is not a heartbeat.
  func news() async throws -> JSONValue? {
    while let message = try await next() {
      if message["at"] == nil { return message }
    }
    return nil
  }

  func cut() { transport.close(flushing: false) }
}
