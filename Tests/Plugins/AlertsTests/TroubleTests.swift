import EngineCore
import Support
import Testing

@testable import Alerts

/// What happens when the store, or the log before it, does not take what it is given.
@Suite("Alerts in trouble", .timeLimit(.minutes(2)))
struct TroubleTests {
  private static func rules(_ count: Int) -> String {
    (0..<count).map { #"{"id":"r\#($0)","when":"price(A) > 10","notify":["mail"]}"# }
      .joined(separator: ",")
  }

  private func swing(_ times: Int, on stage: AlertsStage) throws {
    let pair = #"{"symbol":"A","price":11},{"symbol":"A","price":9}"#
    let pairs = Array(repeating: pair, count: times).joined(separator: ",")
    try stage.send("publish", "{\"ticks\":[\(pairs)]}", to: "feed")
  }

  @Test("a store that takes nothing for long holds events up, and gets everything when it does")
  func full() async throws {
    let store = MemoryAlertStore()
    let stage = try AlertsStage(
      "{\"flapping\":{\"firings\":0},\"rules\":[\(Self.rules(64))]}", store: store)
    store.fail(AlertStoreError("database or disk is full"))
    try swing(1, on: stage)
    try await stage.until {
      stage.log().contains { $0.contains("nobody is notified until they can") }
    }
    let told = try stage.events(.status).last?.status
    #expect(told?.code == .down)

    // So many that no more may wait; what comes then is not read.
    for _ in 0..<12 { try swing(50, on: stage) }
    #expect(stage.alerts.count >= AlertPending.limit / 2)
    #expect(stage.alerts.count < 601 * 128)
    #expect(store.keys.isEmpty)

    // Nothing comes by that would wake it but being asked whether it reads.
    store.fail(nil)
    try await stage.until {
      stage.clock.advance(nanos: AlertKeeper.retryNanos)
      return store.keys.count == 601 * 64
    }
    let alerts = stage.alerts.count
    #expect(alerts == 601 * 128)
    #expect(Set(store.keys).count == store.keys.count)
    #expect(try stage.events(.status).last?.status.code == .up)
  }

  @Test("a tick may bring more alerts than the bus has room for, and none is lost")
  func flood() throws {
    let stage = try AlertsStage(
      "{\"flapping\":{\"firings\":0},\"rules\":[\(Self.rules(1000))]}", ring: 4096)
    try swing(6, on: stage)
    let status = try stage.send("status")
    #expect(status["transitions"]?.int64 == 12_000)
    // What has come back from the bus, the last one included.
    #expect(status["told"]?.int64 == 12_000)
    #expect(!stage.log().contains { $0.contains("refused") })
  }

  @Test("a clock that is set back delays neither a wait, nor a silence, nor a notification")
  func clockBack() async throws {
    let store = MemoryAlertStore()
    let stage = try AlertsStage(
      #"{"rules":[{"id":"r","when":"price(A) > 10","for":"5s","notify":["mail"]}]}"#, store: store)
    try stage.trade("11")
    stage.clock.jump(nanos: -3_600_000_000_000)
    stage.advance(seconds: 5.1)
    #expect(stage.lines() == ["r A pending 0 11 0ms", "r A firing 1 11 5000ms"])
    try stage.trade("9")
    try stage.trade("12")
    stage.advance(seconds: 5.1)
    #expect(
      stage.lines() == [
        "r A resolved 1 9 5000ms", "r A pending 1 12 5000ms", "r A firing 2 12 10000ms",
      ])
    try await stage.until { store.keys.count == 2 }
    let taken = try store.waitingEntries(["mail"])
    #expect(taken.map(\.key) == ["r/A/1/1", "r/A/2/1"])
    let silence = try stage.send("silence", #"{"rule":"r","for":"30m","id":"s"}"#)
    #expect(silence["id"]?.string == "s", "\(silence.text())")
  }
}
