import EngineCore
import Testing

@testable import WebProtocol

@Suite("One side of a WebSocket")
struct WebSocketConnectionTests {
  private static func events(
    _ connection: inout WebSocketConnection, _ bytes: [UInt8], now: Int64 = 0
  ) -> [WebSocketEvent] {
    var events: [WebSocketEvent] = []
    var position = 0
    while let event = connection.next(bytes.raw, &position, now: now) { events.append(event) }
    return events
  }

  private static func close(_ code: UInt16, _ reason: String = "", mask: UInt32? = 9) -> [UInt8] {
    let code = WebSocketCloseCode(rawValue: code)
    return WebSocketEncoder.frame(
      .close, WebSocketEncoder.closePayload(code, reason: reason), mask: mask)
  }

  @Test("a ping is answered with a pong that holds the same bytes")
  func ping() {
    var server = WebSocketConnection(role: .server, now: 0)
    let events = Self.events(&server, WebSocketEncoder.frame(.ping, [1, 2, 3], mask: 7))
    #expect(events == [.send(WebSocketEncoder.frame(.pong, [1, 2, 3]))])
  }

  @Test("a client's close is answered with its code, and the server ends the connection")
  func closedByClient() {
    var server = WebSocketConnection(role: .server, now: 0)
    let events = Self.events(&server, Self.close(1001, "bye") + [0xFF, 0xFF])
    #expect(
      events == [
        .send(Self.close(1001, mask: nil)),
        .close(WebSocketClosure(.goingAway, "bye", isClean: true, isByPeer: true)),
      ])
    #expect(server.isOver)
    #expect(server.transportClosed() == nil)
  }

  @Test("a close without a code is answered without one")
  func withoutCode() {
    var server = WebSocketConnection(role: .server, now: 0)
    let events = Self.events(&server, WebSocketEncoder.frame(.close, [], mask: 1))
    #expect(
      events == [
        .send([0x88, 0x00]),
        .close(WebSocketClosure(.noStatus, "", isClean: true, isByPeer: true)),
      ])
  }

  @Test("a server that closes waits for the answer, drops what comes before it, and is done")
  func closedByServer() {
    var server = WebSocketConnection(role: .server, now: 0)
    let sent = server.close(.goingAway, "we stop", now: 10)
    #expect(sent == [.send(Self.close(1001, "we stop", mask: nil))])
    #expect(!server.isOpen)
    #expect(server.close(.normal, "", now: 11).isEmpty)
    let late =
      WebSocketEncoder.frame(.text, [65], mask: 7) + WebSocketEncoder.frame(.ping, [], mask: 7)
    #expect(Self.events(&server, late, now: 20).isEmpty)
    let events = Self.events(&server, Self.close(1001), now: 30)
    #expect(
      events == [.close(WebSocketClosure(.goingAway, "we stop", isClean: true, isByPeer: false))])
  }

  @Test("a close that nobody answers is over after its time")
  func unanswered() {
    var server = WebSocketConnection(role: .server, now: 0)
    _ = server.close(.normal, "", now: 5)
    #expect(server.nextDeadline == 3_000_000_005)
    #expect(server.timePassed(now: 3_000_000_004).isEmpty)
    let events = server.timePassed(now: 3_000_000_005)
    #expect(events == [.close(WebSocketClosure(.normal, "", isClean: false, isByPeer: false))])
    #expect(server.nextDeadline == nil)
  }

  @Test("a client waits for the server to end the connection, but not for ever")
  func client() {
    var client = WebSocketConnection(role: .client, maskSeed: 3, now: 0)
    let events = Self.events(&client, Self.close(1012, mask: nil), now: 5)
    #expect(events.count == 1)
    #expect(client.nextDeadline == 3_000_000_005)
    var copy = client
    let closure = WebSocketClosure(.serviceRestart, "", isClean: true, isByPeer: true)
    #expect(copy.transportClosed() == closure)
    #expect(client.timePassed(now: 3_000_000_005) == [.close(closure)])
  }

  @Test("a client's frames are masked, each in its own way")
  func masks() {
    var client = WebSocketConnection(role: .client, maskSeed: 3, now: 0)
    let frames = [client.frame(.text, [65]), client.frame(.text, [65])]
    #expect(frames[0] != frames[1])
    for frame in frames {
      #expect(frame[1] == 0x81)
      #expect(Seen.all([frame]).seen == [.text([65])])
    }
  }

  @Test("a fault is answered with its code and ends the connection; what came before it counts")
  func fault() {
    var server = WebSocketConnection(role: .server, now: 0)
    let bytes = WebSocketEncoder.frame(.text, [65], mask: 7) + [0x83, 0x80]
    let events = Self.events(&server, bytes)
    #expect(events.count == 3)
    guard case .message? = events.first, case .send(let frame)? = events.dropFirst().first,
      case .close(let closure)? = events.last
    else {
      Issue.record("\(events)")
      return
    }
    #expect(Seen.all([frame], role: .client).seen == [.close(1002, closure.reason)])
    #expect(closure.code == .protocolError)
    #expect(!closure.isClean)
    #expect(Self.events(&server, [0x81]).isEmpty)
  }

  @Test("silence is answered by a ping, silence after that by an end; any byte is a sign of life")
  func keepAlive() {
    var server = WebSocketConnection(role: .server, now: 0)
    #expect(server.nextDeadline == 20_000_000_000)
    let pings = server.timePassed(now: 20_000_000_000)
    guard case .send(let ping)? = pings.first,
      case .ping(let payload)? = Seen.all(
        [ping], role: .client
      ).seen.first
    else {
      Issue.record("\(pings)")
      return
    }
    #expect(server.nextDeadline == 30_000_000_000)
    let pong = WebSocketEncoder.frame(.pong, payload, mask: 7)
    #expect(
      Self.events(&server, pong, now: 20_000_000_700) == [.pong(roundTripNanos: 700)])
    #expect(server.nextDeadline == 40_000_000_700)
    // Asked for by nobody.
    #expect(Self.events(&server, pong, now: 20_000_000_800).isEmpty)
    _ = server.timePassed(now: 41_000_000_000)
    _ = Self.events(&server, [0x81], now: 42_000_000_000)
    #expect(server.nextDeadline == 62_000_000_000)
    _ = server.timePassed(now: 62_000_000_000)
    let end = server.timePassed(now: 72_000_000_000)
    #expect(end.count == 2)
    #expect(
      end.last
        == .close(
          WebSocketClosure(.timeout, "no sign of life", isClean: false, isByPeer: false)))
  }

  @Test("a transport that ends without a close frame is 1006")
  func abnormal() {
    var server = WebSocketConnection(role: .server, now: 0)
    #expect(server.transportClosed()?.code == .abnormal)
    #expect(server.transportClosed() == nil)
    #expect(server.nextDeadline == nil)
  }

  @Test("a reason that is too long is cut between two characters")
  func longReason() {
    let payload = WebSocketEncoder.closePayload(
      .normal, reason: String(repeating: "é", count: 100))
    #expect(payload.count == 124)
    #expect(String(validating: payload.dropFirst(2), as: UTF8.self) != nil)
    #expect(WebSocketEncoder.closePayload(.abnormal, reason: "x").isEmpty)
  }

  @Test("close codes say what to do next, as the vectors and the page do")
  func codes() throws {
    for vector in try WebVectors.list("close_codes") {
      let code = WebSocketCloseCode(rawValue: UInt16(try #require(vector["code"]?.int64)))
      #expect(code.advice.rawValue == vector["advice"]?.string, "\(code)")
    }
    for code in UInt16.min ... .max {
      let isSendable = [1000...1003, 1007...1014, 3000...4999].contains { $0.contains(code) }
      if WebSocketCloseCode(rawValue: code).isSendable != isSendable {
        Issue.record("\(code)")
      }
    }
  }
}
