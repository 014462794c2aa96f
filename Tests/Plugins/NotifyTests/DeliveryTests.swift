import EngineCore
import Notifications
import Support
import Testing

@testable import Notify

/// From an outbox to receivers, through a whole engine.
@Suite("Delivery of notifications", .timeLimit(.minutes(2)))
struct DeliveryTests {
  private static let file = #"{"name":"ops","log":{"file":"unused"}}"#

  private static func channel(_ name: String, _ more: String = "") -> String {
    #"{"name":"\#(name)","log":{"file":"unused"}\#(more)}"#
  }

  @Test("what waits goes to its channel, and the outbox knows")
  func delivered() async throws {
    let stage = try NotifyStage(Self.file)
    stage.outbox.add(["a", "b"], to: ["ops", "nobody"], at: stage.clock.now())
    try await stage.until { stage.outbox.count("delivered") == 2 }
    #expect(Set(stage.receiver?.keys("ops") ?? []) == ["a/A/1/1@ops", "b/A/3/1@ops"])
    #expect(stage.outbox.count("pending") == 2)
    try await stage.until { try stage.history().count == 2 }
    #expect(try stage.history(#"{"rule":"b"}"#) == ["ops b 1 delivered ok"])
    try await stage.stop()
  }

  @Test("a receiver that is down for an hour gets everything in order, and memory is bounded")
  func downForAnHour() async throws {
    let stage = try NotifyStage(Self.channel("ops", #","queue":50"#))
    let receiver = try #require(stage.receiver)
    receiver.answer("ops", .failed("connection refused", retryAfterNanos: nil))
    var sent = 0
    for minute in 0..<60 {
      stage.outbox.add(
        (0..<10).map { "r\($0)" }, to: ["ops"], at: stage.clock.now(), message: "\(minute)")
      sent += 10
      for _ in 0..<6 {
        stage.advance(seconds: 10)
        try await stage.calm()
      }
      #expect(try stage.send("status")["waiting"]?.int64 ?? 0 <= 50)
    }
    let tries = receiver.arrivals.count
    // A receiver that is down is asked seldom: not once for each of what waits.
    #expect(tries > 5 && tries < 400, "\(tries)")
    #expect(stage.outbox.count("pending") == sent)
    receiver.answer("ops", nil)
    while stage.outbox.count("delivered") < sent {
      stage.advance(seconds: 10)
      try await stage.calm()
    }
    let rows = stage.outbox.rows
    for rule in (0..<10).map({ "r\($0)" }) {
      var seen: Set<String> = []
      let firsts = receiver.arrivals.dropFirst(tries).filter { $0.rules == [rule] }.map(\.key)
        .filter { seen.insert($0).inserted }
      #expect(
        firsts == rows.filter { $0.entry.members[0].rule == rule }.map { "\($0.entry.key)@ops" })
    }
    try await stage.stop()
  }

  @Test("a channel that hangs holds nobody else up")
  func hanging() async throws {
    let stage = try NotifyStage([Self.channel("dead"), Self.channel("ops")].joined(separator: ","))
    let receiver = try #require(stage.receiver)
    receiver.hang("dead")
    let rules = (0..<100).map { "r\($0)" }
    stage.outbox.add(rules, to: ["dead", "ops"], at: stage.clock.now())
    try await stage.until { receiver.keys("ops").count == 100 }
    #expect(receiver.keys("dead").isEmpty)
    #expect(receiver.hangingCount == 4)
    receiver.release()
    try await stage.until { stage.outbox.count("pending") == 0 }
    try await stage.stop()
  }

  @Test("what all channels send at once is read at once")
  func loadedTogether() async throws {
    let stage = try NotifyStage([Self.channel("a"), Self.channel("b")].joined(separator: ","))
    let rules = (0..<20).map { "r\($0)" }
    stage.outbox.add(rules, to: ["a", "b"], at: stage.clock.now())
    try await stage.until { stage.outbox.count("delivered") == 40 }
    // As many as have a place.
    #expect(stage.outbox.loadedMax == 8)
    try await stage.stop()
  }

  @Test("what was not settled when the engine was killed goes out again under the same key")
  func killed() async throws {
    let outbox = FakeOutbox()
    let receiver = FakeReceiver()
    do {
      let stage = try NotifyStage(Self.file, outbox: outbox, receiver: receiver)
      outbox.add(["a", "a"], to: ["ops"], at: stage.clock.now())
      outbox.fail(PluginError("the disk is full"))
      // The first attempt may come before or after the failure: both are lives.
      stage.turn()
    }
    outbox.fail(nil)
    let stage = try NotifyStage(Self.file, outbox: outbox, receiver: receiver)
    try await stage.until { outbox.count("delivered") == 2 }
    var seen: Set<String> = []
    #expect(
      receiver.keys("ops").filter { seen.insert($0).inserted } == ["a/A/1/1@ops", "a/A/2/1@ops"])
    try await stage.stop()
  }

  @Test("while the outbox takes nothing, what was delivered is not sent again")
  func unsettled() async throws {
    let stage = try NotifyStage(Self.file)
    let receiver = try #require(stage.receiver)
    receiver.hang("ops")
    stage.outbox.add(["a"], to: ["ops"], at: stage.clock.now())
    try await stage.until { receiver.hangingCount == 1 }
    stage.outbox.fail(PluginError("the disk is full"))
    receiver.release()
    try await stage.until { stage.log().contains { $0.contains("the disk is full") } }
    stage.outbox.fail(nil)
    while stage.outbox.count("delivered") == 0 {
      stage.advance(seconds: 1)
      await Task.yield()
    }
    #expect(receiver.keys("ops") == ["a/A/1/1@ops"])
    try await stage.stop()
  }

  @Test("what is refused is given up, listed, and sent again when somebody asks")
  func dead() async throws {
    let stage = try NotifyStage(Self.file)
    let receiver = try #require(stage.receiver)
    receiver.answer("ops", .refused("HTTP 400"))
    stage.outbox.add(["a"], to: ["ops"], at: stage.clock.now())
    try await stage.until { stage.outbox.count("dead") == 1 }
    let dead = try stage.send("dead")["dead"]?.array ?? []
    #expect(dead.map { $0["reason"]?.string } == ["HTTP 400"])
    receiver.answer("ops", nil)
    #expect(try stage.send("resend", #"{"channel":"ops"}"#)["resent"]?.int64 == 1)
    try await stage.until { stage.outbox.count("delivered") == 1 }
    try await stage.stop()
  }

  @Test("a pause outlives a restart")
  func pause() async throws {
    let folder = try Folder()
    let outbox = FakeOutbox()
    let path = "\(folder.path)/notify.sqlite"
    let first = try NotifyStage(Self.file, outbox: outbox, store: path)
    try first.send("pause", #"{"channel":"ops"}"#)
    try await first.stop()
    let stage = try NotifyStage(Self.file, outbox: outbox, store: path)
    outbox.add(["a"], to: ["ops"], at: stage.clock.now())
    stage.advance(seconds: 20)
    #expect(try stage.send("list")["channels"]?.array?.first?["state"]?.string == "paused")
    #expect(outbox.count("pending") == 1)
    try stage.send("resume", #"{"channel":"ops"}"#)
    try await stage.until { outbox.count("delivered") == 1 }
    try await stage.stop()
  }

  @Test("a channel is tested on its own")
  func test() async throws {
    let stage = try NotifyStage(Self.file)
    stage.receiver?.answer("ops", .refused("HTTP 401"))
    let number = try #require(try stage.send("test", #"{"channel":"ops"}"#)["test"]?.int64)
    var reply = JSONValue.null
    try await stage.until {
      reply = try stage.send("tested", #"{"test":\#(number)}"#)
      return reply["done"]?.bool == true
    }
    #expect(reply["result"]?.string == "refused")
    #expect(reply["detail"]?.string == "HTTP 401")
    #expect(
      try stage.send("test", #"{"channel":"osp"}"#).string?.contains("did you mean \"ops\"?")
        == true)
    try await stage.stop()
  }

  @Test("a channel that a person adds outlives a restart; its secrets are never kept")
  func added() async throws {
    let folder = try Folder()
    let path = "\(folder.path)/notify.sqlite"
    let outbox = FakeOutbox()
    let first = try NotifyStage("", outbox: outbox, store: path)
    let literal = #"{"channel":{"name":"x","webhook":{"url":"http://a/","secret":"abcdefgh"}}}"#
    #expect(try first.send("add", literal).string?.contains("by reference") == true)
    try first.send("add", #"{"channel":{"name":"mine","log":{"file":"f"}}}"#)
    try await first.stop()
    let stage = try NotifyStage("", outbox: outbox, store: path)
    outbox.add(["a"], to: ["mine"], at: stage.clock.now())
    try await stage.until { outbox.count("delivered") == 1 }
    try stage.send("remove", #"{"channel":"mine"}"#)
    #expect(try stage.send("list")["channels"]?.array?.isEmpty == true)
    try await stage.stop()
  }

  @Test("a crowd at once to five channels, one of them dead: the others get all")
  func crowd() async throws {
    let names = ["a", "b", "c", "d", "dead"]
    let stage = try NotifyStage(names.map { Self.channel($0) }.joined(separator: ","))
    let receiver = try #require(stage.receiver)
    receiver.hang("dead")
    stage.outbox.add((0..<100).map { "r\($0)" }, to: names, at: stage.clock.now())
    try await stage.until { stage.outbox.count("delivered") == 400 }
    #expect(receiver.keys("dead").isEmpty)
    // Never more than has a place: five channels with four each.
    #expect(stage.outbox.loadedMax <= 20)
    receiver.release()
    try await stage.until { stage.outbox.count("delivered") == 500 }
    try await stage.stop()
  }
}
