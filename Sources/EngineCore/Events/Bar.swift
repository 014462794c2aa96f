/// Where a bar is in its life.
@frozen
public enum BarState: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case open = 0
  case closed = 1
  case amended = 2
  case void = 3
}

/// Why a bar was published again after it had been closed.
@frozen
public enum BarReason: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  /// It was not.
  case none = 0
  /// A tick came after the close.
  case late = 1
  /// A trade was corrected.
  case correct = 2
  /// A trade was cancelled.
  case cancel = 3
  /// It was computed anew from recorded ticks or finer bars.
  case backfill = 4
}

/// Open, high, low, close and volume of one interval `[start, end)` of event time.
///
/// Fills a slot exactly; statistics that do not fit belong to history answers. The trades that
/// made it are `firstSequence…lastSequence`; the last one caused this event. A source that plays
/// finished bars knows none of them: both are 0, and `count` and `notional` are too.
@frozen
public struct Bar: BitwiseCopyable, Sendable {
  public var instrument: InstrumentID
  public var spec: SpecID
  public var flags: EventFlags
  public var state: BarState
  public var reason: BarReason
  /// Counts the versions of one interval, from 0; never goes back.
  public var revision: UInt16
  /// Trades or quotes in the interval.
  public var count: UInt32
  public var start: Timestamp
  public var end: Timestamp
  public var open: Price
  public var high: Price
  public var low: Price
  public var close: Price
  /// Sum of sizes, in 10⁻⁹.
  public var volume: Int128
  /// Sum of price × size, in 10⁻¹⁸.
  public var notional: Int128
  /// Size bought by aggressors.
  public var buyVolume: Quantity
  public var firstSequence: UInt64
  public var lastSequence: UInt64

  @inlinable
  public init(
    instrument: InstrumentID, spec: SpecID, state: BarState, revision: UInt16 = 0,
    count: UInt32, start: Timestamp, end: Timestamp, open: Price, high: Price, low: Price,
    close: Price, volume: Int128, notional: Int128, buyVolume: Quantity = .zero,
    firstSequence: UInt64 = 0, lastSequence: UInt64 = 0, flags: EventFlags = [],
    reason: BarReason = .none
  ) {
    self.instrument = instrument
    self.spec = spec
    self.flags = flags
    self.state = state
    self.reason = reason
    self.revision = revision
    self.count = count
    self.start = start
    self.end = end
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.notional = notional
    self.buyVolume = buyVolume
    self.firstSequence = firstSequence
    self.lastSequence = lastSequence
  }

  /// Whether a source brought it as it is: no tick of the log made it, so it names none.
  @inlinable public var isFromSource: Bool {
    state == .closed && firstSequence == 0 && lastSequence == 0
  }
}

extension Event {
  @inlinable @inline(__always)
  public init(_ bar: Bar) {
    self.init(kind: .bar, flags: bar.flags, scope: bar.spec.raw, instrument: bar.instrument)
    w2 =
      UInt64(bar.state.rawValue) | UInt64(bar.reason.rawValue) << 8 | UInt64(bar.revision) << 16
      | UInt64(bar.count) << 32
    w3 = UInt64(bitPattern: bar.start.nanoseconds)
    w4 = UInt64(bitPattern: bar.end.nanoseconds)
    w5 = UInt64(bitPattern: bar.open.raw)
    w6 = UInt64(bitPattern: bar.high.raw)
    w7 = UInt64(bitPattern: bar.low.raw)
    w8 = UInt64(bitPattern: bar.close.raw)
    w9 = UInt64(truncatingIfNeeded: bar.volume)
    w10 = UInt64(truncatingIfNeeded: bar.volume >> 64)
    w11 = UInt64(truncatingIfNeeded: bar.notional)
    w12 = UInt64(truncatingIfNeeded: bar.notional >> 64)
    w13 = UInt64(bitPattern: bar.buyVolume.raw)
    w14 = bar.firstSequence
    w15 = bar.lastSequence
  }

  /// The payload of a `bar`; meaningless for other kinds.
  @inlinable public var bar: Bar {
    Bar(
      instrument: instrument, spec: SpecID(scope),
      state: BarState(rawValue: UInt8(truncatingIfNeeded: w2)) ?? .void,
      revision: UInt16(truncatingIfNeeded: w2 >> 16), count: UInt32(truncatingIfNeeded: w2 >> 32),
      start: Timestamp(nanoseconds: Int64(bitPattern: w3)),
      end: Timestamp(nanoseconds: Int64(bitPattern: w4)),
      open: Price(raw: Int64(bitPattern: w5)), high: Price(raw: Int64(bitPattern: w6)),
      low: Price(raw: Int64(bitPattern: w7)), close: Price(raw: Int64(bitPattern: w8)),
      volume: Int128(Int64(bitPattern: w10)) << 64 | Int128(w9),
      notional: Int128(Int64(bitPattern: w12)) << 64 | Int128(w11),
      buyVolume: Quantity(raw: Int64(bitPattern: w13)), firstSequence: w14, lastSequence: w15,
      flags: flags, reason: BarReason(rawValue: UInt8(truncatingIfNeeded: w2 >> 8)) ?? .none)
  }
}
