public import EngineCore

/// What ticks of one interval come to, and where the bar of it is in its life.
///
/// Folding is commutative and associative: the same ticks give the same fold in whatever order and
/// in whatever groups they come, which is why finer bars can feed coarser ones and late ticks need
/// no replay. All sums are exact integers; one that would not fit marks the fold inexact.
public struct BarFold: BitwiseCopyable, Sendable {
  // What a tick in order looks at and changes comes first: two lines of the cache.
  /// `[start, end)` in nanoseconds.
  public var end: Int64
  public internal(set) var closeTime: Int64
  public var high: Int64
  public var low: Int64
  public var close: Int64
  /// Where the closing tick stands in the order of ticks, beside its time.
  var closeVenue: UInt64
  var closeSequence: UInt64
  /// Highest position in the log.
  public var lastSequence: UInt64
  /// In 10⁻⁹ and 10⁻¹⁸.
  public var volume: Int128
  public var notional: Int128
  /// Sizes of aggressors on either side.
  public var buyVolume: Int64
  public var sellVolume: Int64
  public var count: UInt32
  var closeSource: UInt16
  public var flags: EventFlags
  public var state: BarState

  public var start: Int64
  public var open: Int64
  /// Where the opening tick stands in the order of ticks.
  public internal(set) var openTime: Int64
  var openVenue: UInt64
  var openSequence: UInt64
  /// Lowest position in the log.
  public var firstSequence: UInt64
  /// Days since 1970.
  public var tradeDay: Int32
  /// Of bars that are not cut by time: their number within the trading day, from 1.
  public var ordinal: UInt32
  var openSource: UInt16
  public var revision: UInt16
  public var reason: BarReason
  /// Number of the session, or `BarInterval.outside`.
  public var session: UInt8
  /// An event has told of it.
  var isPublished: Bool
  /// `sellVolume` is that of all ticks.
  public internal(set) var knowsSells: Bool

  /// A fold of one tick.
  @inline(__always)
  init(_ tick: BarTick, _ interval: BarInterval) {
    start = interval.start.nanoseconds
    end = interval.end.nanoseconds
    open = tick.price
    high = tick.price
    low = tick.price
    close = tick.price
    volume = Int128(tick.size)
    notional = Int128(tick.price) * Int128(tick.size)
    buyVolume = tick.side == .buy ? tick.size : 0
    sellVolume = tick.side == .sell ? tick.size : 0
    openTime = tick.time
    openVenue = tick.venueSequence
    openSequence = tick.sequence
    closeTime = tick.time
    closeVenue = tick.venueSequence
    closeSequence = tick.sequence
    firstSequence = tick.sequence
    lastSequence = tick.sequence
    count = 1
    openSource = tick.source
    closeSource = tick.source
    flags = tick.flags
    state = .open
    reason = .none
    session = interval.session
    tradeDay = interval.tradeDay
    ordinal = 0
    revision = 0
    isPublished = false
    knowsSells = true
  }

  /// Nothing: no time lies in it.
  static let none: BarFold = {
    var fold = BarFold(
      BarTick(time: 0, price: 0, size: 0),
      BarInterval(start: .distantFuture, end: .distantPast))
    fold.count = 0
    return fold
  }()

  /// The same interval and life, without ticks: the next one to be added makes all prices.
  mutating func empty() {
    high = .min
    low = .max
    volume = 0
    notional = 0
    buyVolume = 0
    sellVolume = 0
    openTime = .max
    closeTime = .min
    count = 0
  }

  @inline(__always)
  var isNone: Bool { start > end }

  /// Becomes `none` in what counts.
  @inline(__always)
  mutating func clear() {
    start = .max
    end = .min
    count = 0
  }

  /// The interval is complete: nothing is added any more but by an amendment.
  @inline(__always)
  mutating func finish() {
    state = count == 0 ? .void : .closed
    if isPublished { revise() }
  }

  @inline(__always)
  mutating func revise() { revision = revision == .max ? .max : revision + 1 }

  @inline(__always)
  func contains(_ time: Int64) -> Bool { time >= start && time < end }

  /// Adds a tick if it is one of the interval, and the last one of it so far.
  @inline(__always)
  mutating func addIfNext(_ tick: BarTick) -> Bool {
    guard tick.time > closeTime || isAfterClose(tick), tick.time < end, count > 0 else {
      return false
    }
    // Branches that nobody can predict would cost more than the stores.
    high = max(high, tick.price)
    low = min(low, tick.price)
    setClose(tick)
    if tick.sequence > lastSequence {
      lastSequence = tick.sequence
    } else if tick.sequence < firstSequence {
      firstSequence = tick.sequence
    }
    addSums(tick)
    return true
  }

  /// Adds one tick of the interval.
  mutating func add(_ tick: BarTick) {
    if tick.price > high { high = tick.price }
    if tick.price < low { low = tick.price }
    if tick.time > closeTime || isAfterClose(tick) { setClose(tick) }
    if tick.time < openTime || isBeforeOpen(tick) {
      open = tick.price
      openTime = tick.time
      openVenue = tick.venueSequence
      openSequence = tick.sequence
      openSource = tick.source
    }
    if tick.sequence < firstSequence { firstSequence = tick.sequence }
    if tick.sequence > lastSequence { lastSequence = tick.sequence }
    addSums(tick)
  }

  @inline(__always)
  private mutating func setClose(_ tick: BarTick) {
    close = tick.price
    closeTime = tick.time
    closeVenue = tick.venueSequence
    closeSequence = tick.sequence
    closeSource = tick.source
  }

  @inline(__always)
  private mutating func addSums(_ tick: BarTick) {
    flags.formUnion(tick.flags)
    if tick.size != 0 { addSize(tick) }
    let (newCount, overflow) = count.addingReportingOverflow(1)
    count = overflow ? .max : newCount
    if overflow { flags.insert(.inexact) }
  }

  @inline(__always)
  private mutating func addSize(_ tick: BarTick) {
    volume &+= Int128(tick.size)
    let (sum, overflow) = notional.addingReportingOverflow(
      Int128(tick.price) &* Int128(tick.size))
    notional = sum
    if overflow { flags.insert(.inexact) }
    // A source tells sides or does not; which one it is nobody can predict.
    if tick.side != .unknown { addSide(tick) }
  }

  @inline(__always)
  private mutating func addSide(_ tick: BarTick) {
    let (bought, first) = buyVolume.addingReportingOverflow(tick.side == .buy ? tick.size : 0)
    let (sold, second) = sellVolume.addingReportingOverflow(tick.side == .sell ? tick.size : 0)
    buyVolume = bought
    sellVolume = sold
    if first || second { flags.insert(.inexact) }
  }

  @inline(__always)
  private func isAfterClose(_ tick: BarTick) -> Bool {
    tick.time == closeTime
      && (tick.venueSequence, tick.source, tick.sequence)
        > (closeVenue, closeSource, closeSequence)
  }

  @inline(__always)
  private func isBeforeOpen(_ tick: BarTick) -> Bool {
    tick.time == openTime
      && (tick.venueSequence, tick.source, tick.sequence) < (openVenue, openSource, openSequence)
  }

  /// Adds what another fold came to; its place in life does not count.
  mutating func merge(_ other: BarFold) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      take(other)
      return
    }
    high = max(high, other.high)
    low = min(low, other.low)
    if (other.closeTime, other.closeVenue, other.closeSource, other.closeSequence)
      > (closeTime, closeVenue, closeSource, closeSequence)
    {
      close = other.close
      closeTime = other.closeTime
      closeVenue = other.closeVenue
      closeSequence = other.closeSequence
      closeSource = other.closeSource
    }
    if (other.openTime, other.openVenue, other.openSource, other.openSequence)
      < (openTime, openVenue, openSource, openSequence)
    {
      open = other.open
      openTime = other.openTime
      openVenue = other.openVenue
      openSequence = other.openSequence
      openSource = other.openSource
    }
    let (counts, countOverflow) = count.addingReportingOverflow(other.count)
    count = countOverflow ? .max : counts
    firstSequence = min(firstSequence, other.firstSequence)
    lastSequence = max(lastSequence, other.lastSequence)
    flags.formUnion(other.flags)
    var didOverflow = countOverflow
    volume = Self.sum(volume, other.volume, &didOverflow)
    notional = Self.sum(notional, other.notional, &didOverflow)
    buyVolume = Self.sum(buyVolume, other.buyVolume, &didOverflow)
    sellVolume = Self.sum(sellVolume, other.sellVolume, &didOverflow)
    knowsSells = knowsSells && other.knowsSells
    if didOverflow { flags.insert(.inexact) }
  }

  /// Sets when the bar was opened and which tick closed it, where the ticks themselves are gone.
  mutating func setEnds(open: Int64, close: BarTick) {
    guard count > 0 else { return }
    openTime = open
    openVenue = 0
    openSource = 0
    openSequence = 0
    closeTime = close.time
    closeVenue = close.venueSequence
    closeSource = close.source
    closeSequence = close.sequence
  }

  /// Takes the sums of a part out again; its prices stay.
  mutating func subtractSums(of part: BarFold) {
    volume &-= part.volume
    notional &-= part.notional
    buyVolume &-= part.buyVolume
    sellVolume &-= part.sellVolume
    count &-= part.count
  }

  private static func sum<Value: FixedWidthInteger>(
    _ left: Value, _ right: Value, _ didOverflow: inout Bool
  ) -> Value {
    let (sum, overflow) = left.addingReportingOverflow(right)
    if overflow { didOverflow = true }
    return sum
  }

  /// Becomes what the other came to, in its own interval and with its own life.
  mutating func take(_ other: BarFold) {
    var new = other
    new.start = start
    new.end = end
    new.state = state
    new.reason = reason
    new.session = session
    new.tradeDay = tradeDay
    new.ordinal = ordinal
    new.revision = revision
    new.isPublished = isPublished
    self = new
  }

  /// The same content in another interval, at the beginning of its life.
  func placed(in interval: BarInterval) -> BarFold {
    var fold = self
    fold.start = interval.start.nanoseconds
    fold.end = interval.end.nanoseconds
    fold.session = interval.session
    fold.tradeDay = interval.tradeDay
    fold.state = .open
    fold.reason = .none
    fold.ordinal = 0
    fold.revision = 0
    fold.isPublished = false
    return fold
  }

  /// Whether both came to the same, wherever they are in their lives.
  public func hasSameValues(as other: BarFold) -> Bool {
    start == other.start && end == other.end && count == other.count && open == other.open
      && high == other.high && low == other.low && close == other.close
      && volume == other.volume && notional == other.notional && buyVolume == other.buyVolume
      && sellVolume == other.sellVolume
  }
}

extension Bar {
  /// The event that tells of a fold.
  init(_ fold: BarFold, instrument: InstrumentID, spec: SpecID, flags extra: EventFlags) {
    var flags = fold.flags.union(extra)
    if fold.session == BarInterval.outside { flags.insert(.outsideSession) }
    // Without a tick there is no price.
    func price(_ raw: Int64) -> Price { fold.count == 0 ? .undefined : Price(raw: raw) }
    self.init(
      instrument: instrument, spec: spec, state: fold.state, revision: fold.revision,
      count: fold.count, start: Timestamp(nanoseconds: fold.start),
      end: Timestamp(nanoseconds: fold.end), open: price(fold.open), high: price(fold.high),
      low: price(fold.low), close: price(fold.close),
      volume: fold.volume, notional: fold.notional, buyVolume: Quantity(raw: fold.buyVolume),
      firstSequence: fold.firstSequence, lastSequence: fold.lastSequence, flags: flags,
      reason: fold.reason)
  }
}
