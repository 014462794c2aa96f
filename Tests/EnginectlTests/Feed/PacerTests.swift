import BinaryProtocol
import EngineCore
import Testing

@testable import enginectl

@Suite("Pace of a load generator")
struct PacerTests {
  @Test("every event is due at its time, and none before", arguments: 0..<100 as Range<UInt64>)
  func times(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let rate = UInt64.random(in: 1...5_000_000, using: &random)
    let begin = Int64.random(in: 0...1_000_000_000_000, using: &random)
    let pacer = Pacer(
      rate: rate, beginNanos: begin,
      endNanos: begin + .random(in: 1...10_000_000_000, using: &random))
    #expect(pacer.due(at: begin - 1) == 0)
    for _ in 0..<50 {
      guard pacer.total > 0 else { return }
      let event = UInt64.random(in: 0..<pacer.total, using: &random)
      let time = pacer.time(of: event, now: 0)
      #expect(time >= begin && time < pacer.endNanos)
      // The time is cut to a nanosecond: the event is due at the next one.
      #expect(pacer.due(at: time + 1) > event)
      #expect(pacer.due(at: time - 1) <= event)
    }
    #expect(pacer.due(at: pacer.endNanos) == pacer.total)
    #expect(pacer.due(at: pacer.endNanos + Pacer.graceNanos + 1) == 0)
    #expect(pacer.next(after: pacer.total, now: begin) == nil)
  }

  @Test("without a rate everything is due until the end")
  func unlimited() {
    let pacer = Pacer(rate: nil, beginNanos: 10, endNanos: 20)
    #expect(pacer.due(at: 9) == 0 && pacer.due(at: 10) == .max && pacer.due(at: 20) == 0)
    #expect(pacer.time(of: 7, now: 15) == 15)
    #expect(pacer.next(after: 7, now: 5) == 10 && pacer.next(after: 7, now: 20) == nil)
  }

  @Test("the parts of all publishers are the whole rate")
  func parts() {
    var plan = BenchPlan()
    plan.publishers = 7
    plan.rate = 1_000
    #expect((0..<7).reduce(0) { $0 + (plan.rate(ofPublisher: $1) ?? 0) } == 1_000)
    plan.splitsSymbols = true
    plan.symbols = 3
    #expect(plan.request(ofSubscriber: 4).subjects == ["trade.BENCH2"])
  }
}
