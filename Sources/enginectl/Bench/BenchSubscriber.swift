import BinaryProtocol
import EngineCore

/// A subscription that counts, and measures how old events are when they come.
struct BenchSubscriber: BenchClient {
  /// What came.
  struct Counts: Equatable, Sendable {
    /// Events of this run's publishers; of everybody when there are none.
    var events: UInt64 = 0
    /// Events of others.
    var others: UInt64 = 0
    var bytes: UInt64 = 0
    var lost: UInt64 = 0
    /// When the last of `events` came, on the monotonic clock.
    var lastNanos: Int64 = 0
  }

  private var reader: SubscriptionReader
  private let source: String?
  /// The id of `source`, once the server has said it.
  private var sourceID: UInt16 = 0
  private let log: LatencyLog
  private var counts = Counts()
  private var lossOfConnection: CallError?

  /// - Parameter log: of the thread that this one belongs to.
  init(_ plan: BenchPlan, index: Int, options: ClientOptions, log: LatencyLog) {
    reader = SubscriptionReader(
      plan.request(ofSubscriber: index), options: options, metadata: plan.metadata)
    // Without publishers of its own it measures from when the engine took an event in.
    source = plan.publishers > 0 ? plan.source : nil
    self.log = log
  }

  var isReady: Bool { reader.answer != nil }
  var isOver: Bool { reader.isOver || lossOfConnection != nil }
  var failure: CallError? {
    reader.failure ?? lossOfConnection
      ?? (reader.isOver ? CallError(.unavailable, "the server ended the subscription") : nil)
  }
  var report: Counts { counts }

  mutating func start(at time: BenchTime) -> [UInt8] { reader.start(now: time.monotonic) }

  mutating func received(_ bytes: RawSpan, at time: BenchTime) -> [UInt8] {
    var counts = counts
    var sourceID = sourceID
    let (source, log) = (source, log)
    counts.bytes += UInt64(bytes.byteCount)
    let output = reader.received(bytes, now: time.monotonic) { batch in
      if let source {
        for definition in batch.definitions
        where definition.namespace == .source && definition.text == source {
          sourceID = UInt16(clamping: definition.id)
        }
      }
      let before = counts.events
      Self.count(
        batch.events, source == nil ? nil : sourceID, time, &counts, &log.histogram)
      if counts.events > before { counts.lastNanos = time.monotonic }
    }
    self.counts = counts
    self.sourceID = sourceID
    return output
  }

  private static func count(
    _ events: Span<Event>, _ source: UInt16?, _ time: BenchTime, _ counts: inout Counts,
    _ histogram: inout LatencyHistogram
  ) {
    for index in events.indices {
      let kind = events[index].kindCode
      if kind == EventKind.gap.rawValue {
        counts.lost += events[index].gap.count
        continue
      }
      if let source {
        guard kind == EventKind.trade.rawValue, events[index].scope == source else {
          counts.others += 1
          continue
        }
        counts.events += 1
        histogram.record(time.monotonic - Int64(bitPattern: events[index].trade.venueSequence))
        continue
      }
      counts.events += 1
      if kind == EventKind.trade.rawValue {
        histogram.record(time.wall - events[index].trade.receiveTime.nanoseconds)
      } else if kind == EventKind.quote.rawValue {
        histogram.record(time.wall - events[index].quote.receiveTime.nanoseconds)
      }
    }
  }

  mutating func pump(at time: BenchTime) -> BenchOutput { BenchOutput() }

  mutating func timePassed(_ time: BenchTime) -> [UInt8] {
    reader.timePassed(now: time.monotonic)
  }

  mutating func lost(_ error: CallError) {
    if !isOver { lossOfConnection = error }
  }
}
