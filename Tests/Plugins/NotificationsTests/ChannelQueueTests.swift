import EngineCore
import Notifications
import Testing

/// One channel's queue, step by step.
@Suite("The queue of a channel")
struct ChannelQueueTests {
  private let start = Samples.start

  private func queue(_ change: (inout SendingPolicy) -> Void = { _ in }) -> ChannelQueue {
    var policy = SendingPolicy()
    change(&policy)
    return ChannelQueue(policy, seed: 1)
  }

  private func ids(_ plan: DeliveryPlan) -> [[Int64]] { plan.deliveries.map(\.ids) }

  @Test("notifications of one rule go one after the other, those of others beside them")
  func order() throws {
    var queue = queue()
    _ = queue.add(
      [Samples.ticket(1), Samples.ticket(2), Samples.ticket(3, rule: "s")], limit: 1000, at: start)
    let first = queue.plan(at: start)
    #expect(ids(first) == [[1], [3]])
    _ = queue.finish(first.deliveries[0].number, .delivered("ok"), at: start)
    #expect(ids(queue.plan(at: start)) == [[2]])
  }

  @Test("a failure holds back its rule, and is tried again when its time has come")
  func failure() throws {
    var queue = queue()
    _ = queue.add([Samples.ticket(1), Samples.ticket(2)], limit: 1000, at: start)
    let first = queue.plan(at: start)
    let told = queue.finish(
      first.deliveries[0].number, .failed("no", retryAfterNanos: nil), at: start)
    guard case .failed("no", let retry) = try #require(told.first).outcome else {
      Issue.record("\(told)")
      return
    }
    #expect(retry > start && retry <= start.after(seconds: 1))
    let waiting = queue.plan(at: start)
    #expect(waiting.deliveries.isEmpty)
    #expect(waiting.wake == retry)
    let second = queue.plan(at: retry)
    #expect(ids(second) == [[1]])
    #expect(second.deliveries.first?.failures == 1)
  }

  @Test("a receiver that asks for time gets it, and the whole channel waits")
  func retryAfter() {
    var queue = queue()
    _ = queue.add([Samples.ticket(1), Samples.ticket(2, rule: "s")], limit: 1000, at: start)
    let plan = queue.plan(at: start)
    _ = queue.finish(
      plan.deliveries[0].number, .failed("429", retryAfterNanos: 60_000_000_000), at: start)
    _ = queue.finish(plan.deliveries[1].number, .delivered("ok"), at: start)
    _ = queue.add([Samples.ticket(3, rule: "t")], limit: 1000, at: start)
    let early = queue.plan(at: start.after(seconds: 59))
    #expect(early.deliveries.isEmpty)
    #expect(early.wake == start.after(seconds: 60))
    #expect(ids(queue.plan(at: start.after(seconds: 60))) == [[1], [3]])
  }

  @Test("while nothing gets through, one message at a time finds out")
  func probing() {
    var queue = queue { $0.concurrency = 3 }
    _ = queue.add(
      (1...10).map { Samples.ticket($0, rule: "r\($0)") }, limit: 1000, at: start)
    for delivery in queue.plan(at: start).deliveries {
      _ = queue.finish(delivery.number, .failed("down", retryAfterNanos: nil), at: start)
    }
    #expect(queue.heldUntil > start)
    let held = queue.plan(at: start)
    #expect(held.deliveries.isEmpty && held.wake == queue.heldUntil)
    let probe = queue.plan(at: queue.heldUntil)
    #expect(probe.deliveries.count == 1)
    let now = queue.heldUntil
    _ = queue.finish(probe.deliveries[0].number, .delivered("ok"), at: now)
    #expect(queue.plan(at: now.after(seconds: 5)).deliveries.count == 3)
  }

  @Test("what is refused is dead, what fails for too long is given up")
  func dead() throws {
    var queue = queue { $0.giveUpNanos = 10_000_000_000 }
    _ = queue.add([Samples.ticket(1), Samples.ticket(2, rule: "s")], limit: 1000, at: start)
    let plan = queue.plan(at: start)
    let refused = queue.finish(plan.deliveries[0].number, .refused("HTTP 400"), at: start)
    #expect(refused.map(\.outcome) == [.dead(reason: "HTTP 400")])
    let late = start.after(seconds: 10)
    let old = queue.finish(
      plan.deliveries[1].number, .failed("slow", retryAfterNanos: nil), at: late)
    #expect(old.map(\.outcome) == [.dead(reason: "given up: slow")])
    #expect(queue.count == 0)
  }

  @Test("what is below the least severity is done at once")
  func minimum() {
    var queue = queue { $0.minimum = .critical }
    let done = queue.add(
      [Samples.ticket(1), Samples.ticket(2, severity: "critical")], limit: 1000, at: start)
    #expect(done.map(\.id) == [1])
    #expect(done.map(\.outcome) == [.done])
    #expect(ids(queue.plan(at: start)) == [[2]])
  }

  @Test("what comes within the window is one message, and the same one when it is sent again")
  func group() throws {
    var queue = queue { policy in
      policy.groupNanos = 5_000_000_000
      policy.groupMax = 3
    }
    _ = queue.add([Samples.ticket(1), Samples.ticket(2)], limit: 1000, at: start)
    let early = queue.plan(at: start)
    #expect(early.deliveries.isEmpty && early.wake == start.after(seconds: 5))
    let first = queue.plan(at: start.after(seconds: 5))
    #expect(ids(first) == [[1, 2]])
    _ = queue.add([Samples.ticket(3, rule: "s")], limit: 1000, at: start.after(seconds: 5))
    let told = queue.finish(
      first.deliveries[0].number, .failed("no", retryAfterNanos: nil),
      at: start.after(seconds: 5))
    #expect(told.map(\.id) == [1, 2])
    #expect(ids(queue.plan(at: start.after(seconds: 7))) == [[1, 2]])
    _ = queue.add(
      (4...9).map { Samples.ticket($0, rule: "t\($0)") }, limit: 1000, at: start.after(seconds: 7))
    // A group that is full does not wait for the end of the window.
    #expect(ids(queue.plan(at: start.after(seconds: 7))) == [[3, 4, 5], [6, 7, 8]])
  }

  @Test("a rate holds: a burst at once, then one after the other")
  func rate() {
    var queue = queue { policy in
      policy.rate = SendingRate(count: 2, periodNanos: 10_000_000_000)
      policy.concurrency = 16
    }
    _ = queue.add((1...6).map { Samples.ticket($0, rule: "r\($0)") }, limit: 1000, at: start)
    let burst = queue.plan(at: start)
    #expect(ids(burst) == [[1], [2]])
    #expect(burst.wake == start.after(seconds: 5))
    #expect(ids(queue.plan(at: start.after(seconds: 5))) == [[3]])
    #expect(ids(queue.plan(at: start.after(seconds: 5))).isEmpty)
    #expect(ids(queue.plan(at: start.after(seconds: 30))) == [[4], [5]])
  }

  @Test("a paused channel sends nothing, and goes on where it was")
  func pause() {
    var queue = queue()
    _ = queue.add([Samples.ticket(1)], limit: 1000, at: start)
    queue.isPaused = true
    #expect(queue.plan(at: start) == DeliveryPlan())
    queue.isPaused = false
    #expect(ids(queue.plan(at: start)) == [[1]])
  }

  @Test("what is done is not taken in again before the outbox knows of it")
  func unsettled() {
    var queue = queue()
    _ = queue.add([Samples.ticket(1)], limit: 1000, at: start)
    let plan = queue.plan(at: start)
    _ = queue.finish(plan.deliveries[0].number, .delivered("ok"), at: start)
    queue.revived()
    _ = queue.add([Samples.ticket(1), Samples.ticket(2)], limit: 1000, at: start)
    #expect(ids(queue.plan(at: start)) == [[2]])
  }

  @Test("a clock that is set back delays nothing")
  func clockBack() {
    var queue = queue()
    _ = queue.add([Samples.ticket(1)], limit: 1000, at: start)
    let plan = queue.plan(at: start)
    _ = queue.finish(
      plan.deliveries[0].number, .failed("no", retryAfterNanos: nil), at: start)
    let back = start.after(seconds: -3600)
    let wake = queue.plan(at: back).wake
    #expect(wake.map { $0 <= back.after(seconds: 1) } == true)
  }

  @Test("in quiet hours only what is grave is told")
  func quiet() throws {
    var queue = queue { policy in
      policy.quiet = QuietHours(from: 0, to: 7 * 3600, zone: .utc, except: .critical)
    }
    _ = queue.add(
      [Samples.ticket(1), Samples.ticket(2, rule: "s", severity: "critical")], limit: 1000,
      at: start)
    let plan = queue.plan(at: start)
    #expect(ids(plan) == [[2]])
    #expect(queue.plan(at: start).wake == start.after(seconds: 7 * 3600))
    #expect(ids(queue.plan(at: start.after(seconds: 7 * 3600))) == [[1]])
  }
}
