import EngineCore
import Testing

@testable import Generator

@Suite("Tick streams")
struct TickStreamTests {
  private static let models = GeneratorSettings.ModelKind.allCases

  private func hash(
    _ model: GeneratorSettings.ModelKind, _ emission: Emission, seed: UInt64, count: Int,
    batch: () -> Int
  ) -> UInt64 {
    let stream = AnyTickStream(seed: seed) { settings in
      settings.model = model
      settings.emission = emission
      settings.instruments = InstrumentSettings.numbered(37)
      settings.time = .simulated
      settings.brownian.jumpIntensity = 1_000
      settings.brownian.jumpDeviation = 0.01
      settings.sizes.profile = .uShaped
    }
    var hash = EventHash()
    while hash.count < count {
      _ = stream.fill(
        &hash, room: min(batch(), count - hash.count), ticks: .max, now: .zero)
    }
    return hash.value
  }

  @Test("a million events are the same whatever the batches", arguments: models)
  func batches(model: GeneratorSettings.ModelKind) {
    var random = SeededRandom(seed: 9)
    let whole = hash(model, .both, seed: 1, count: 1_000_000) { 4_096 }
    #expect(hash(model, .both, seed: 1, count: 1_000_000) { 1 } == whole)
    #expect(
      hash(model, .both, seed: 1, count: 1_000_000) { Int(random.next() % 300) + 1 } == whole)
    #expect(hash(model, .both, seed: 2, count: 1_000_000) { 4_096 } != whole)
  }

  @Test("a quote comes before its trade, which is at its bid or ask")
  func both() {
    let stream = AnyTickStream { $0.emission = .both }
    let events = stream.take(2_000, batch: 7)
    for index in stride(from: 0, to: events.count, by: 2) {
      let (quote, trade) = (events[index].quote, events[index + 1].trade)
      #expect(events[index].kind == .quote && events[index + 1].kind == .trade)
      #expect(quote.instrument == trade.instrument)
      #expect(trade.price == (trade.side == .buy ? quote.ask : quote.bid))
      #expect(quote.ask.raw - quote.bid.raw == 20_000_000)
    }
    // A thousand throws of a coin: five deviations are 79.
    #expect(abs(events.filter { $0.trade.side == .buy && $0.kind == .trade }.count - 500) < 79)
  }

  @Test("prices are on the grid of their instrument and first ones within their bounds")
  func grid() {
    let stream = AnyTickStream { settings in
      settings.model = .gbm
      settings.pricePrecision = 3
      settings.instruments = InstrumentSettings.numbered(1_000)
    }
    for event in stream.take(1_000) {
      #expect(event.trade.price.raw % 1_000_000 == 0)
      #expect((49_900_000_000...200_100_000_000).contains(event.trade.price.raw))
      #expect(event.trade.size.raw >= 1_000_000_000 && event.trade.size.raw % 1_000_000_000 == 0)
      #expect(event.flags == .simulated)
    }
  }

  @Test("simulated time goes on evenly, by one step a round")
  func simulatedTime() {
    let stream = AnyTickStream { settings in
      settings.time = .simulated
      settings.start = 1_000
      settings.instruments = InstrumentSettings.numbered(3)
      settings.pace = .interval(1_000)
    }
    let events = stream.take(7)
    #expect(
      events.map(\.trade.eventTime.nanoseconds) == [
        1_000, 1_333, 1_666, 2_000, 2_333, 2_666, 3_000,
      ])
    #expect(events.allSatisfy { $0.trade.eventTime == $0.trade.receiveTime })
    #expect(events.map(\.instrument.raw) == [1, 2, 3, 1, 2, 3, 1])
  }

  @Test("a price that does not fit is left out and counted, and the call ends")
  func overflow() {
    let stream = AnyTickStream { settings in
      settings.pricePrecision = 9
      settings.initialMin = .max - 10
      settings.initialMax = .max - 10
      settings.changeRange = 1_000_000_000
    }
    var list = EventList()
    for _ in 0..<100 { _ = stream.fill(&list, room: 100, ticks: .max, now: .zero) }
    #expect(stream.overflows.count > 0)
    #expect(list.events.allSatisfy { $0.trade.price.raw > 0 })
    #expect(UInt64(list.events.count) + stream.overflows.count == 10_000)
  }

  @Test("the first events of every model are as they always were", arguments: models)
  func golden(model: GeneratorSettings.ModelKind) {
    let stream = AnyTickStream(seed: 42) { settings in
      settings.model = model
      settings.instruments = InstrumentSettings.numbered(2)
      settings.step = 86_400_000_000_000
      settings.reversionSpeed = 200
      settings.brownian.jumpIntensity = 100
      settings.brownian.jumpDeviation = 0.1
    }
    let lines = stream.take(6).map { event in
      "\(event.trade.price.text(precision: 2)) \(event.trade.size) \(event.trade.side)"
    }
    #expect(lines == Self.golden[model])
  }

  private static let golden: [GeneratorSettings.ModelKind: [String]] = [
    .randomWalk: [
      "62.93 97 sell", "107.38 64 sell", "63.46 35 sell", "106.96 363 sell", "63.88 34 sell",
      "107.67 30 sell",
    ],
    .gbm: [
      "56.33 48 sell", "104.80 63 buy", "57.01 34 sell", "104.35 118 sell", "57.41 149 sell",
      "106.38 73 sell",
    ],
    .meanReverting: [
      "62.15 97 sell", "106.01 64 sell", "61.96 35 sell", "107.23 363 sell", "61.93 34 sell",
      "106.83 30 sell",
    ],
  ]

  @Test("a random walk without sizes is what the documented generator gives")
  func independent() {
    let stream = AnyTickStream(seed: 42) { settings in
      settings.instruments = InstrumentSettings.numbered(2)
      settings.sizes.isOn = false
    }
    let lines = stream.take(6).map { "\($0.trade.price.text(precision: 2)) \($0.trade.side)" }
    // From splitmix64 and xoshiro256** written down in Python: two first prices as the high half
    // of draw × 150,000,000,001 above 50, then a step (draw × 201, high half, - 100) and a side
    // (highest bit) a tick.
    #expect(
      lines == [
        "62.93 sell", "107.83 sell", "63.37 sell", "108.36 sell", "63.74 buy", "108.97 buy",
      ])
  }
}
