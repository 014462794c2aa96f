import EngineCore
import Testing

@testable import WebProtocol

@Suite("The native protocol")
struct StreamConnectionTests {
  private static let server = StreamServer(
    release: "0.1.0", epoch: 17, next: 42, timeNanos: 1_795_205_550_000_000_000)
  private static let answer = StreamSubscribed(epoch: 17, next: 42, policy: .dropOldest)

  private static func connection(
    needsToken: Bool = false, _ change: (inout StreamLimits) -> Void = { _ in }
  ) -> StreamConnection {
    var limits = StreamLimits()
    change(&limits)
    return StreamConnection(limits: limits, needsToken: needsToken, now: 0)
  }

  private static func receive(
    _ connection: inout StreamConnection, _ text: String, now: Int64 = 0
  ) -> [StreamAction] {
    connection.received(Array(text.utf8).raw, now: now)
  }

  /// The messages among the actions, as JSON.
  private static func sent(_ actions: [StreamAction]) throws -> [JSONValue] {
    try actions.compactMap { action in
      guard case .send(let text) = action else { return nil }
      return try JSONReader().read(text)
    }
  }

  private static func code(_ actions: [StreamAction]) throws -> String? {
    try sent(actions).last?["error"]?["code"]?.string
  }

  @Test("the first message says who the server is, and where its log stands")
  func welcome() throws {
    var connection = Self.connection(needsToken: true)
    let hello = try #require(try Self.sent(connection.open(Self.server)).first?["hello"])
    #expect(hello["epoch"]?.string == "17")
    #expect(hello["next"]?.int64 == 42)
    #expect(hello["token"]?.string == "needed")
    #expect(hello["version"]?.int64 == 1)
    #expect(hello["t"]?.string == "2026-11-20T20:12:30Z")
  }

  @Test("a subscription is asked for, answered, changed and ended")
  func life() throws {
    var connection = Self.connection()
    let asked = Self.receive(
      &connection,
      #"{"id":1,"op":"subscribe","subjects":"trade.*","policy":"conflate","rate":"1s"}"#)
    let wish = StreamSubscribe(
      [try SubjectPattern(parsing: "trade.*")], policy: .conflate, rateNanos: 1_000_000_000)
    #expect(asked == [.subscribe(request: 1, subscription: 1, wish)])
    // Until it is answered there is nothing to change.
    let early = Self.receive(&connection, #"{"id":2,"op":"update","sub":1,"rate":"2s"}"#)
    #expect(try Self.code(early) == "not_found")
    var answer = Self.answer
    answer.policy = .conflate
    answer.rateNanos = 1_000_000_000
    let ok = try #require(try Self.sent(connection.subscribed(1, answer)).first?["ok"])
    #expect(ok["sub"]?.int64 == 1)
    #expect(ok["rate"]?.string == "1s")
    #expect(connection.subscribed(1, answer).isEmpty)
    let update = Self.receive(&connection, #"{"id":3,"op":"update","sub":1,"rate":"2s"}"#)
    #expect(
      update == [
        .update(request: 3, StreamUpdate(subscription: 1, rateNanos: 2_000_000_000))
      ])
    let updated = connection.updated(3, rateNanos: 2_000_000_000, flushNanos: 0)
    #expect(try Self.sent(updated).first?["ok"]?["rate"]?.string == "2s")
    let ended = Self.receive(&connection, #"{"id":4,"op":"unsubscribe","sub":1}"#)
    #expect(ended.first == .stop(subscription: 1))
    #expect(try Self.sent(ended).first?["id"]?.int64 == 4)
    #expect(connection.subscriptionCount == 0)
    let again = Self.receive(&connection, #"{"id":5,"op":"unsubscribe","sub":1}"#)
    #expect(try Self.code(again) == "not_found")
  }

  @Test("the messages are those of the vectors")
  func vectors() throws {
    let texts = try WebVectors.list("messages").reduce(into: [:]) {
      $0[$1["name"]?.string ?? ""] = $1["text"]?.string
    }
    func text(_ actions: [StreamAction]) -> String? {
      guard case .send(let text)? = actions.first else { return nil }
      return String(decoding: text, as: UTF8.self)
    }
    let epoch: UInt64 = 1_795_205_550_123_456_789
    let time = Int64(epoch)
    var connection = Self.connection()
    let server = StreamServer(release: "0.1.0", epoch: epoch, next: 42, timeNanos: time)
    #expect(text(connection.open(server)) == texts["the welcome"])
    _ = Self.receive(&connection, #"{"id":3,"op":"subscribe","subjects":">","sub":7}"#)
    let answer = StreamSubscribed(
      epoch: epoch, next: 42, policy: .conflate, resume: .partial, missing: 42...50,
      rateNanos: 250_000_000,
      warnings: [#"trade.X matches nothing: there is no instrument "X""#])
    #expect(text(connection.subscribed(3, answer)) == texts["a subscription"])
    func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    #expect(string(StreamMessages.live(7, next: 45)) == texts["the live marker"])
    #expect(
      string(StreamMessages.heartbeat(next: 52, timeNanos: time)) == texts["a heartbeat of all"])
    #expect(
      string(StreamMessages.heartbeat(7, next: 53, timeNanos: time))
        == texts["a heartbeat of one"])
    let bad = #"{"id":3,"op":"subscribe","subjects":">","policy":"conflat"}"#
    #expect(text(Self.receive(&connection, bad)) == texts["an error"])
    let failure = StreamError(.dataLoss, "fell behind", hint: "subscribe again")
    #expect(text(connection.ended(7, failure)) == texts["the end of a subscription"])
    let stop = connection.shutDown("the server stops", reconnectNanos: 2_000_000_000, now: 0)
    #expect(text(stop) == texts["a goaway"])
  }

  @Test("numbers of subscriptions are the client's, or the smallest that is free")
  func numbers() throws {
    var connection = Self.connection { $0.subscriptions = 4 }
    func subscribe(_ id: Int, _ sub: String) throws -> String {
      let actions = Self.receive(
        &connection, #"{"id":\#(id),"op":"subscribe","subjects":">"\#(sub)}"#)
      if case .subscribe(_, let number, _)? = actions.first { return "\(number)" }
      return try Self.code(actions) ?? "?"
    }
    #expect(try subscribe(1, #","sub":2"#) == "2")
    #expect(try subscribe(2, "") == "1")
    #expect(try subscribe(3, "") == "3")
    #expect(try subscribe(4, #","sub":3"#) == "already_exists")
    #expect(try subscribe(1, "") == "already_exists")
    #expect(try subscribe(5, #","sub":9"#) == "9")
    #expect(try subscribe(6, "") == "resource_exhausted")
    // One that the owner refuses makes room.
    let refused = connection.refused(2, StreamError(.permissionDenied, "no"))
    #expect(try Self.sent(refused).first?["id"]?.int64 == 2)
    #expect(try subscribe(7, "") == "1")
  }

  @Test("where a token is needed nothing is done before it")
  func token() throws {
    var connection = Self.connection(needsToken: true)
    let early = Self.receive(&connection, #"{"id":1,"op":"ping"}"#)
    #expect(try Self.code(early) == "unauthenticated")
    let hello = Self.receive(&connection, #"{"id":1,"op":"hello","client":"c"}"#)
    #expect(try Self.sent(hello).first?["id"]?.int64 == 1)
    #expect(connection.clientName == "c")
    let asked = Self.receive(&connection, #"{"id":2,"op":"authenticate","token":"t"}"#)
    #expect(asked == [.authenticate(request: 2, token: "t")])
    let done = connection.authenticated(2, name: "desk")
    #expect(try Self.sent(done).first?["ok"]?["name"]?.string == "desk")
    #expect(connection.nextDeadline == nil)
    let ping = Self.receive(&connection, #"{"id":3,"op":"ping"}"#)
    #expect(ping == [.ping(request: 3)])
    let pong = connection.pinged(3, epoch: 17, next: 50, timeNanos: 0)
    #expect(try Self.sent(pong).first?["ok"]?["next"]?.int64 == 50)
    // A later one that cannot be looked up now changes nothing.
    _ = Self.receive(&connection, #"{"id":4,"op":"authenticate","token":"u"}"#)
    let refused = connection.refused(4, StreamError(.unavailable, "ask again"))
    #expect(refused.count == 1)
    #expect(!connection.isClosed)
  }

  @Test(
    "a token that nobody knows ends the connection, whether one is needed or not",
    arguments: [true, false], ["authenticate", "hello"])
  func unknownToken(needsToken: Bool, operation: String) throws {
    var connection = Self.connection(needsToken: needsToken)
    if needsToken {
      _ = Self.receive(&connection, #"{"id":1,"op":"authenticate","token":"t"}"#)
      _ = connection.authenticated(1, name: "desk")
    }
    _ = Self.receive(&connection, #"{"id":2,"op":"subscribe","subjects":">","sub":3}"#)
    _ = Self.receive(&connection, #"{"id":4,"op":"\#(operation)","token":"u"}"#)
    let refused = connection.refused(4, StreamError(.unauthenticated, "unknown token"))
    #expect(try Self.code(refused) == "unauthenticated")
    #expect(
      refused.suffix(2) == [
        .stop(subscription: 3), .close(.unauthenticated, reason: "unknown token"),
      ])
    #expect(connection.isClosed)
  }

  @Test("a token that nobody knows, or none in time, ends the connection")
  func badToken() {
    var connection = Self.connection(needsToken: true)
    _ = Self.receive(&connection, #"{"id":1,"op":"authenticate","token":"t"}"#)
    let refused = connection.refused(1, StreamError(.unauthenticated, "unknown token"))
    #expect(refused.last == .close(.unauthenticated, reason: "unknown token"))
    var silent = Self.connection(needsToken: true)
    #expect(silent.nextDeadline == 5_000_000_000)
    #expect(silent.timePassed(now: 4_999_999_999).isEmpty)
    #expect(silent.timePassed(now: 5_000_000_000) == [.close(.timeout, reason: "no token in time")])
    #expect(silent.isClosed)
  }

  @Test("bad requests are answered, but not for ever")
  func faults() throws {
    var connection = Self.connection { $0.faults = 3 }
    for _ in 0..<3 { #expect(try Self.code(Self.receive(&connection, "{")) == "invalid_argument") }
    // A good one in between makes up for them.
    let ping = Self.receive(&connection, #"{"id":1,"op":"ping"}"#)
    #expect(ping.count == 1)
    for _ in 0..<3 { _ = Self.receive(&connection, "{") }
    #expect(!connection.isClosed)
    let last = Self.receive(&connection, "{")
    #expect(last.last == .close(.badRequests, reason: "too many bad requests"))
    #expect(Self.receive(&connection, "{").isEmpty)
  }

  @Test("requests come at a rate, after a burst; who does not mind it is cut off")
  func pace() throws {
    var connection = Self.connection {
      $0.requestsPerSecond = 10
      $0.requestBurst = 5
      $0.faults = 2
      $0.pendingRequests = 1_000
    }
    func ping(_ id: Int, at now: Int64) throws -> String? {
      try Self.code(Self.receive(&connection, #"{"id":\#(id),"op":"ping"}"#, now: now))
    }
    for id in 1...5 { #expect(try ping(id, at: 0) == nil) }
    #expect(try ping(6, at: 0) == "resource_exhausted")
    #expect(try ping(7, at: 100_000_000) == nil)
    #expect(try ping(8, at: 100_000_000) == "resource_exhausted")
    #expect(try ping(9, at: 100_000_000) == "resource_exhausted")
    let last = Self.receive(&connection, #"{"id":10,"op":"ping"}"#, now: 100_000_000)
    #expect(last.map { if case .close(.tooManyRequests, _) = $0 { true } else { false } } == [true])
  }

  @Test("bad requests and such that are too fast are counted each for themselves, in a row")
  func separateFaults() throws {
    var connection = Self.connection {
      $0.requestsPerSecond = 10
      $0.requestBurst = 10
      $0.faults = 4
      $0.pendingRequests = 1_000
    }
    func receive(_ text: String, at now: Int64) throws -> String? {
      try Self.code(Self.receive(&connection, text, now: now))
    }
    for _ in 0..<4 { #expect(try receive("{", at: 0) == "invalid_argument") }
    for id in 1...6 { #expect(try receive(#"{"id":\#(id),"op":"ping"}"#, at: 0) == nil) }
    // As many as may be in a row, again and again.
    for second in 1...5 as ClosedRange<Int64> {
      let now = second * 100_000_000
      #expect(try receive("{", at: now) == "invalid_argument")
      guard second < 5 else { break }
      for _ in 0..<4 { #expect(try receive("{", at: now) == "resource_exhausted") }
    }
    #expect(connection.isClosed)
  }

  @Test("a binary message and one that is too long end the connection")
  func unsupported() {
    var connection = Self.connection()
    #expect(
      connection.receivedBinary()
        == [.close(.unsupportedData, reason: "requests are text messages")])
    var other = Self.connection { $0.requestBytes = 10 }
    let actions = Self.receive(&other, #"{"id":1,"op":"ping"}"#)
    #expect(actions.map { if case .close(.tooBig, _) = $0 { true } else { false } } == [true])
  }

  @Test("a server that stops says so, lets subscriptions end, and closes")
  func shutDown() throws {
    var connection = Self.connection()
    _ = Self.receive(&connection, #"{"id":1,"op":"subscribe","subjects":">"}"#)
    _ = connection.subscribed(1, Self.answer)
    let notice = connection.shutDown("bye", reconnectNanos: 0, now: 100)
    #expect(try Self.sent(notice).first?["goaway"]?["message"]?.string == "bye")
    #expect(notice.count == 1)
    let refused = Self.receive(&connection, #"{"id":2,"op":"subscribe","subjects":">"}"#)
    #expect(try Self.code(refused) == "unavailable")
    var drained = connection
    let last = drained.ended(1, StreamError(.unavailable, "the server stops"))
    #expect(try Self.sent(last).first?["end"]?["code"]?.string == "unavailable")
    #expect(last.last == .close(.goingAway, reason: "the server stops"))
    #expect(connection.nextDeadline == 5_000_000_100)
    let late = connection.timePassed(now: 5_000_000_100)
    #expect(late == [.stop(subscription: 1), .close(.goingAway, reason: "the server stops")])
  }

  @Test("when the connection ends, so does what runs on it")
  func ends() {
    var connection = Self.connection()
    for id in 1...3 {
      _ = Self.receive(&connection, #"{"id":\#(id),"op":"subscribe","subjects":">"}"#)
      _ = connection.subscribed(Int64(id), Self.answer)
    }
    let stopped = connection.transportClosed()
    #expect(stopped == (1...3).map { .stop(subscription: $0) })
    #expect(connection.transportClosed().isEmpty)
    #expect(connection.authenticated(9, name: "").isEmpty)
  }

  @Test("answers that nobody waits for change nothing")
  func unasked() {
    var connection = Self.connection()
    #expect(connection.subscribed(1, Self.answer).isEmpty)
    #expect(connection.updated(1, rateNanos: nil, flushNanos: 0).isEmpty)
    #expect(connection.pinged(1, epoch: 1, next: 1, timeNanos: 0).isEmpty)
    #expect(connection.refused(1, StreamError(.internal, "")).isEmpty)
    #expect(connection.ended(1, StreamError(.internal, "")).isEmpty)
    #expect(connection.authenticated(1, name: "").isEmpty)
  }
}
