import EngineCore
import Foundation
import Notifications
import Support
import Testing

@testable import Notify

/// Messages over real sockets.
@Suite("Webhooks", .timeLimit(.minutes(2)))
struct WebhookTests {
  private func run(
    _ more: String = "", channel: String = "", _ body: (NotifyStage, HTTPSink) async throws -> Void
  ) async throws {
    let sink = try await HTTPSink()
    let stage = try NotifyStage(
      #"{"name":"ops","webhook":{"url":"\#(sink.url)"\#(more)}\#(channel)}"#, receiver: nil)
    try await body(stage, sink)
    try await stage.stop()
    try await sink.close()
  }

  @Test("a message has a key, a signature and the payload")
  func message() async throws {
    try await run(#","secret":"${HOOK_SECRET}","headers":{"X-Team":"desk"}"#) { stage, sink in
      stage.outbox.add(["r"], to: ["ops"], at: stage.clock.now(), message: "a \"b\"")
      try await stage.until { stage.outbox.count("delivered") == 1 }
      let arrival = try #require(sink.arrivals.first)
      #expect(arrival.header("Idempotency-Key") == "r/A/1/1@ops")
      #expect(arrival.header("X-Team") == "desk")
      #expect(arrival.header("Content-Type") == "application/json")
      #expect(
        arrival.header("Tickwire-Signature")
          == WebhookSignature.value(
            arrival.body, secret: "s3cret-of-hooks", at: stage.clock.now()))
      let json = try JSONReader().read(arrival.body)
      #expect(json["notifications"]?.array?.first?["title"]?.string == "a \"b\"")
    }
  }

  @Test(
    "what a receiver answers decides", arguments: [(400, "dead"), (404, "dead"), (302, "dead")])
  func refused(status: Int, outcome: String) async throws {
    try await run { stage, sink in
      sink.answer(.status(status, headers: [("location", "http://127.0.0.1:1/")]))
      stage.outbox.add(["r"], to: ["ops"], at: stage.clock.now())
      try await stage.until { stage.outbox.count(outcome) == 1 }
      #expect(sink.arrivals.count == 1)
    }
  }

  @Test("429 with Retry-After is waited out, 500 is tried again under the same key")
  func later() async throws {
    try await run { stage, sink in
      sink.answer(.status(429, headers: [("Retry-After", "120")]))
      stage.outbox.add(["r"], to: ["ops"], at: stage.clock.now())
      try await stage.until { try stage.history().count == 1 }
      sink.answer(.status(500))
      stage.advance(seconds: 119)
      #expect(sink.arrivals.count == 1)
      stage.advance(seconds: 1)
      try await stage.until { try stage.history().count == 2 }
      sink.answer(.status(204))
      stage.advance(seconds: 60)
      try await stage.until { stage.outbox.count("delivered") == 1 }
      #expect(Set(sink.arrivals.map { $0.header("Idempotency-Key") }) == ["r/A/1/1@ops"])
      #expect(
        try stage.history().map { $0.split(separator: " ")[3] } == [
          "failed", "failed", "delivered",
        ])
    }
  }

  @Test("a slow receiver gets everything in order, and no rule waits for another")
  func slow() async throws {
    try await run(channel: #","timeout":"60s""#) { stage, sink in
      sink.answer(.slow(3))
      stage.outbox.add(["r"], to: ["ops"], at: stage.clock.now(), message: "1")
      stage.outbox.add(["r"], to: ["ops"], at: stage.clock.now(), message: "2")
      stage.outbox.add(["q"], to: ["ops"], at: stage.clock.now(), message: "3")
      try await stage.until { sink.unfinished == 2 }
      #expect(
        sink.arrivals.compactMap { $0.header("Idempotency-Key")?.first }.sorted() == ["q", "r"])
      #expect(stage.outbox.count("pending") == 3)
      try await stage.until {
        sink.goOn()
        return stage.outbox.count("delivered") == 3
      }
      let rows = stage.outbox.rows.map { "\($0.entry.key)@ops" }.filter { $0.hasPrefix("r/") }
      let keys = sink.arrivals.compactMap { $0.header("Idempotency-Key") }
      #expect(rows.count == 2 && keys.filter { $0.hasPrefix("r/") } == rows)
      #expect(keys.count == 3)
    }
  }

  @Test("a receiver that says nothing is left when the time is over")
  func hanging() async throws {
    try await run(channel: #","timeout":"200ms""#) { stage, sink in
      sink.answer(.silence)
      stage.outbox.add(["r"], to: ["ops"], at: stage.clock.now())
      try await stage.until { try stage.history().count == 1 }
      #expect(try stage.history().first?.contains("failed") == true)
      sink.answer(.status(200))
      stage.advance(seconds: 60)
      try await stage.until { stage.outbox.count("delivered") == 1 }
    }
  }

  @Test("an answer that does not end is cut off", arguments: [200, 500])
  func endless(status: Int) async throws {
    try await run(channel: #","timeout":"5s""#) { stage, sink in
      sink.answer(.endless(status))
      stage.outbox.add(["r"], to: ["ops"], at: stage.clock.now())
      try await stage.until { try stage.history().count == 1 }
      #expect(stage.outbox.count("delivered") == (status == 200 ? 1 : 0))
      #expect(sink.sentBytes < 64 << 20)
      sink.answer(.status(200))
    }
  }

  @Test("hostile values arrive as data, in body and headers")
  func hostile() async throws {
    let text = "\"}]\r\nX-Evil: 1\r\n\r\n{rule}$(id)`id`\u{0}'; DROP TABLE"
    try await run(#","template":{"text":"{message}","rule":"{rule}"}"#) { stage, sink in
      stage.outbox.add(["r\r\nX-Evil: 1"], to: ["ops"], at: stage.clock.now(), message: text)
      try await stage.until { stage.outbox.count("delivered") == 1 }
      let arrival = try #require(sink.arrivals.first)
      #expect(arrival.header("X-Evil") == nil)
      let json = try JSONReader().read(arrival.body)
      #expect(json["text"]?.string == text)
      #expect(json.object?.count == 2)
    }
  }

  @Test("a secret is in no log, no history and no answer")
  func secrets() async throws {
    let hidden = #","headers":{"Authorization":"Bearer ${HOOK_SECRET}"}"#
    try await run(hidden) { stage, sink in
      sink.answer(.status(400))
      stage.outbox.add(["r"], to: ["ops"], at: stage.clock.now())
      try await stage.until { stage.outbox.count("dead") == 1 }
      #expect(sink.arrivals.first?.header("Authorization") == "Bearer s3cret-of-hooks")
      let told =
        stage.log().joined() + (try stage.history().joined())
        + (try stage.send("list").text()) + (try stage.send("dead").text())
      #expect(!told.contains("s3cret-of-hooks"))
    }
    #expect(
      SecretTexts.hidden(["Bearer abcdefgh", "abcdefgh"], in: "no abcdefgh here")
        == "no *** here")
  }
}
