import EngineCore
import Testing

@testable import enginectl

@Suite("What a load generator reports")
struct BenchReportTests {
  private static var report: BenchReport {
    var plan = BenchPlan()
    plan.subscribers = 10
    plan.rate = 20_000
    var report = BenchReport(plan: plan)
    report.published = BenchPublisher.Counts(sent: 1_010, accepted: 1_000, rejected: 3)
    report.publishNanos = 500_000_000
    report.received = BenchSubscriber.Counts(
      events: 10_000, others: 7, bytes: 1_048_576, lost: 2)
    report.receiveNanos = 500_000_000
    for nanos in 1...1_000 { report.latency.record(Int64(nanos) * 1_000) }
    report.failures = ["the server stops": 2]
    return report
  }

  @Test("people read rates, losses, latencies and what failed")
  func lines() {
    #expect(
      Self.report.lines(style: .plain) == [
        "published  1,000 events, 2,000 a second, by 1 publisher, 3 rejected, 7 not acknowledged",
        "received   10,000 events, 20,000 a second, by 10 subscribers, 2 MiB a second, "
          + "and 7 of other sources",
        "lost       2", "latency    p50 500µs  p99 990µs  p99.9 999µs  max 1ms",
        "failed     2 × the server stops",
      ])
  }

  @Test("programs read the same in nanoseconds")
  func json() {
    let json = Self.report.json
    #expect(json.integer("rate") == 20_000)
    #expect(json["published"]?.real("per_second") == 2_000)
    #expect(json["received"]?.integer("lost") == 2)
    #expect(json["latency_ns"]?.integer("max") == 1_000_000)
    #expect(json["failures"]?.array?.first?.integer("count") == 2)
  }

  @Test("a run in which nothing came has no latency")
  func nothing() {
    var plan = BenchPlan()
    plan.publishers = 0
    let report = BenchReport(plan: plan)
    #expect(
      report.lines(style: .plain) == [
        "received   0 events, 0 a second, by 1 subscriber, 0 B a second", "lost       0",
        "latency    -",
      ])
    #expect(report.json["rate"]?.string == "max")
    #expect(report.json["latency_ns"]?["p50"]?.isNull == true)
  }
}
