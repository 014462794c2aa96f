internal import EngineCore

/// What a probe has seen.
struct ProbeCounts {
  private(set) var events: Int64 = 0
  private(set) var trades: Int64 = 0
  private(set) var quotes: Int64 = 0
  private(set) var gaps: Int64 = 0
  /// Sequences that gaps told of.
  private(set) var lost: UInt64 = 0
  private(set) var outOfOrder: Int64 = 0
  private(set) var last: UInt64 = 0
  /// FNV-1a over the words of market data, sequence and times of receipt left out.
  private(set) var checksum: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ event: Event, isChecksumming: Bool) {
    if event.kindCode == EventKind.gap.rawValue, event.sequence == 0 {
      gaps += 1
      lost &+= event.gap.count
      last = max(last, event.gap.last)
      return
    }
    events += 1
    if event.kindCode == EventKind.trade.rawValue { trades += 1 }
    if event.kindCode == EventKind.quote.rawValue { quotes += 1 }
    if event.sequence <= last { outOfOrder += 1 }
    last = event.sequence
    if isChecksumming { mix(event) }
  }

  private mutating func mix(_ event: Event) {
    switch event.kind {
    case .trade:
      let trade = event.trade
      mix(UInt64(trade.instrument.raw))
      mix(UInt64(bitPattern: trade.price.raw))
      mix(UInt64(bitPattern: trade.size.raw))
      mix(UInt64(bitPattern: trade.eventTime.nanoseconds))
    case .quote:
      let quote = event.quote
      mix(UInt64(quote.instrument.raw))
      mix(UInt64(bitPattern: quote.bid.raw))
      mix(UInt64(bitPattern: quote.ask.raw))
      mix(UInt64(bitPattern: quote.eventTime.nanoseconds))
    default: break
    }
  }

  private mutating func mix(_ word: UInt64) {
    checksum = (checksum ^ word) &* 0x100_0000_01B3
  }

  var json: JSONValue {
    .object([
      ("events", .integer(events)), ("trades", .integer(trades)), ("quotes", .integer(quotes)),
      ("gaps", .integer(gaps)), ("lost", .integer(lost)),
      ("out_of_order", .integer(outOfOrder)), ("last", .integer(last)),
      ("checksum", .string(String(checksum, radix: 16))),
    ])
  }
}
