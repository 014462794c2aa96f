import EngineCore

@testable import Generator

/// Collects what is published.
struct EventList: TickReceiver {
  var events: [Event] = []
  mutating func take(_ event: Event) { events.append(event) }
}

/// Folds what is published into one number, word by word: FNV-1a over 64-bit words.
struct EventHash: TickReceiver {
  var value: UInt64 = 0xCBF2_9CE4_8422_2325
  var count = 0

  mutating func take(_ event: Event) {
    count += 1
    let quote = event.quote
    let trade = event.trade
    for word in [
      UInt64(event.kindCode) | UInt64(event.flags.rawValue) << 8 | UInt64(event.scope) << 16
        | UInt64(event.instrument.raw) << 32, UInt64(bitPattern: quote.bid.raw),
      UInt64(bitPattern: quote.ask.raw), UInt64(bitPattern: quote.eventTime.nanoseconds),
      UInt64(bitPattern: quote.receiveTime.nanoseconds), trade.venueSequence,
      UInt64(trade.side.rawValue), UInt64(bitPattern: quote.bidSize.raw),
      UInt64(bitPattern: quote.askSize.raw),
    ] {
      value = (value ^ word) &* 0x100_0000_01B3
    }
  }
}

extension AnyTickStream {
  /// A stream of settings, with a catalog of its own.
  init(seed: UInt64 = 1, _ change: (inout GeneratorSettings) -> Void) {
    var settings = GeneratorSettings()
    change(&settings)
    self = GeneratorPlan(settings, catalog: Catalog()).stream(seed: seed, source: SourceID(1))
  }

  /// The next events.
  func take(_ count: Int, batch: Int = 1_000, now: Timestamp = .zero) -> [Event] {
    var list = EventList()
    while list.events.count < count {
      _ = fill(&list, room: min(batch, count - list.events.count), ticks: .max, now: now)
    }
    return list.events
  }
}
