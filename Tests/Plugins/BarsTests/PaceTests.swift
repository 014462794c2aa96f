import EngineCore
import Support
import Testing

/// Recorded ticks give the same bars however fast they are played.
@Suite("Bars at any speed")
struct PaceTests {
  /// The values of closed bars and the watermarks, in the order in which they were published.
  private func run(seed: UInt64, secondsBetweenTicks: Double, partial: String) throws -> [String] {
    let stage = try BarsStage(
      #"{"specs":["1s","1m","1h","5t","1d~fx17"],"partial":"\#(partial)"}"#)
    var random = SeededRandom(seed: seed)
    // Years before the engine's clock: the past is no live source.
    var time: Int64 = 1_500_000_000_000_000_000
    for _ in 0..<150 {
      time += Int64(random.next() % 20_000) * 1_000_000
      let own = time - Int64(random.next() % 4) * 500_000_000
      let price = (random.next() % 90 + 1) * 1_000_000_000
      let symbol = random.next() % 2 == 0 ? "A" : "B"
      try stage.send(
        "publish", #"{"price":\#(price),"time":\#(own),"symbol":"\#(symbol)"}"#, to: "feed")
      if secondsBetweenTicks > 0 { stage.advance(seconds: secondsBetweenTicks) }
    }
    return stage.events.compactMap { event in
      guard event.kind == .bar else {
        let mark = event.watermark
        return "\(mark.id) \(mark.start) \(mark.end) \(mark.bars) \(mark.empty)"
      }
      let bar = event.bar
      guard bar.state != .open else { return nil }
      return
        "\(bar.instrument.raw) \(bar.spec.raw) \(bar.start) \(bar.open) \(bar.high) \(bar.low) "
        + "\(bar.close) \(bar.volume) \(bar.count) \(bar.state) \(bar.reason)"
    }
  }

  @Test("slow, fast and at once are the same", arguments: 0..<4 as Range<UInt64>)
  func speeds(seed: UInt64) throws {
    let atOnce = try run(seed: seed, secondsBetweenTicks: 0, partial: "off")
    #expect(atOnce.count > 100)
    for (pace, partial) in [(0.001, "100ms"), (0.3, "every tick"), (7, "250ms")] {
      let other = try run(seed: seed, secondsBetweenTicks: pace, partial: partial)
      #expect(other == atOnce, "\(pace)")
    }
  }
}
