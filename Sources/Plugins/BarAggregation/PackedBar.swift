internal import EngineCore

/// A finished bar in 128 bytes.
///
/// It has room for what bars nearly always are: as long as the step of their grid, a volume that
/// fits 64 bits, positions and times close to those of the first tick. Of any other there is no
/// packed form; `BarArchive` keeps it as it is, and here only where.
struct PackedBar: BitwiseCopyable, Sendable {
  let start: Int64
  private var open: Int64 = 0
  private var high: Int64 = 0
  private var low: Int64 = 0
  private var close: Int64 = 0
  private var volume: Int64 = 0
  private var notional: Int128 = 0
  private var buyVolume: Int64 = 0
  private var openVenue: UInt64 = 0
  private var firstSequence: UInt64 = 0
  // From the first sequence, and from the opening tick's venue number.
  private var openSequence: UInt32 = 0
  private var closeSequence: UInt32 = 0
  private var lastSequence: UInt32 = 0
  private var closeVenue: UInt32 = 0
  /// Nanoseconds from the start in 48 bits, the source above them.
  private var openPlace: UInt64 = 0
  private var closePlace: UInt64 = 0
  /// From the low end: count (24 bits), flags (8), session (8), revision (8), trading day from the
  /// day of the start (7), what was sold (1), state (2), reason (3), is published (1), knows what
  /// was sold (1), is not packed (1).
  private var life: UInt64 = 0

  private static let unpacked: UInt64 = 1 << 63
  private static let placeLimit: UInt64 = 1 << 48
  private static let dayNanos: Int64 = 86_400_000_000_000

  /// A bar that stands elsewhere, at that index.
  init(start: Int64, elsewhere: Int) {
    self.start = start
    open = Int64(elsewhere)
    life = Self.unpacked
  }

  /// Where the bar stands when it is not here.
  @inline(__always)
  var elsewhere: Int? { life & Self.unpacked == 0 ? nil : Int(open) }

  /// Nil when the bar does not fit.
  ///
  /// - Parameter step: how long bars of the grid are.
  @inline(__always)
  init?(_ bar: BarFold, step: Int64) {
    let opened = UInt64(bitPattern: bar.openTime &- bar.start)
    let closed = UInt64(bitPattern: bar.closeTime &- bar.start)
    let narrow = Int64(truncatingIfNeeded: bar.volume)
    let sold = bar.sellVolume
    let openAfter = bar.openSequence &- bar.firstSequence
    let closeAfter = bar.closeSequence &- bar.firstSequence
    let lastAfter = bar.lastSequence &- bar.firstSequence
    let venueAfter = bar.closeVenue &- bar.openVenue
    let day = Int64(bar.tradeDay) - Self.day(of: bar.start) + 64
    guard bar.end &- bar.start == step, Int128(narrow) == bar.volume,
      sold == 0 || sold == narrow &- bar.buyVolume, opened < Self.placeLimit,
      closed < Self.placeLimit,
      openAfter | closeAfter | lastAfter | venueAfter <= UInt64(UInt32.max),
      bar.count < 1 << 24, bar.revision < 256, day >= 0, day < 128, bar.ordinal == 0
    else { return nil }
    start = bar.start
    open = bar.open
    high = bar.high
    low = bar.low
    close = bar.close
    volume = narrow
    notional = bar.notional
    buyVolume = bar.buyVolume
    openVenue = bar.openVenue
    firstSequence = bar.firstSequence
    openSequence = UInt32(truncatingIfNeeded: openAfter)
    closeSequence = UInt32(truncatingIfNeeded: closeAfter)
    lastSequence = UInt32(truncatingIfNeeded: lastAfter)
    closeVenue = UInt32(truncatingIfNeeded: venueAfter)
    openPlace = opened | UInt64(bar.openSource) << 48
    closePlace = closed | UInt64(bar.closeSource) << 48
    let first = UInt64(bar.count) | UInt64(bar.flags.rawValue) << 24
    let second = UInt64(bar.session) << 32 | UInt64(bar.revision) << 40
    let third = UInt64(day) << 48 | (sold == 0 ? 0 : 1 << 55)
    let fourth = UInt64(bar.state.rawValue) << 56 | UInt64(bar.reason.rawValue) << 58
    let fifth: UInt64 = (bar.isPublished ? 1 << 61 : 0) | (bar.knowsSells ? 1 << 62 : 0)
    life = first | second | third | fourth | fifth
  }

  /// The bar, unless it is elsewhere.
  func fold(step: Int64) -> BarFold {
    var fold = BarFold.none
    fold.start = start
    fold.end = start &+ step
    fold.open = open
    fold.high = high
    fold.low = low
    fold.close = close
    fold.volume = Int128(volume)
    fold.notional = notional
    fold.buyVolume = buyVolume
    fold.sellVolume = life >> 55 & 1 == 0 ? 0 : volume &- buyVolume
    fold.openTime = start &+ Int64(openPlace & (Self.placeLimit - 1))
    fold.openVenue = openVenue
    fold.openSequence = firstSequence &+ UInt64(openSequence)
    fold.openSource = UInt16(openPlace >> 48)
    fold.closeTime = start &+ Int64(closePlace & (Self.placeLimit - 1))
    fold.closeVenue = openVenue &+ UInt64(closeVenue)
    fold.closeSequence = firstSequence &+ UInt64(closeSequence)
    fold.closeSource = UInt16(closePlace >> 48)
    fold.firstSequence = firstSequence
    fold.lastSequence = firstSequence &+ UInt64(lastSequence)
    fold.count = UInt32(life & 0xFF_FFFF)
    fold.flags = EventFlags(rawValue: UInt8(truncatingIfNeeded: life >> 24))
    fold.session = UInt8(truncatingIfNeeded: life >> 32)
    fold.revision = UInt16(life >> 40 & 0xFF)
    fold.tradeDay = Int32(truncatingIfNeeded: Self.day(of: start) + Int64(life >> 48 & 0x7F) - 64)
    fold.state = BarState(rawValue: UInt8(life >> 56 & 3)) ?? .void
    fold.reason = BarReason(rawValue: UInt8(life >> 58 & 7)) ?? .none
    fold.isPublished = life >> 61 & 1 != 0
    fold.knowsSells = life >> 62 & 1 != 0
    return fold
  }

  /// Days since 1970, rounded down.
  @inline(__always)
  private static func day(of nanos: Int64) -> Int64 {
    let day = nanos / dayNanos
    return nanos < day &* dayNanos ? day - 1 : day
  }
}
