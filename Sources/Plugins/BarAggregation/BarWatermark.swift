/// How far the sources have come: nothing earlier is expected any more.
///
/// A state machine without a clock: it is told the times of ticks and, now and then, the time. The
/// watermark is the least of (newest tick − allowed disorder) over sources that are not silent. A
/// silent source that was live goes on by the clock; one that plays the past does not count until
/// it speaks again. It never goes back.
public struct BarWatermark: Sendable {
  private struct Feed {
    var source: UInt16
    var newest: Int64
    /// The engine's time when it was last heard.
    var seen: Int64
  }

  private let disorder: Int64
  private let idle: Int64
  private let delayMax: Int64
  private var feeds: [Feed] = []
  /// The feed of a source, −1 for those not heard yet.
  private var slots: [Int16] = []
  /// The newest time that anything has told.
  private(set) public var now: Int64 = .min
  /// Ticks before this have all come, as far as anyone knows.
  private(set) public var value: Int64 = .min
  /// Values up to here need no look at all feeds.
  var alarm: Int64 = .min

  public init(_ options: BarOptions) {
    disorder = options.disorderNanos
    idle = options.idleNanos
    delayMax = options.delayMaxNanos
  }

  /// Takes in the time of a tick. True when the watermark may have reached the alarm.
  @inline(__always)
  mutating func observe(source: UInt16, time: Int64, received: Int64) -> Bool {
    if received > now { now = received }
    let index = Int(source)
    guard index < slots.count, slots[index] >= 0 else {
      add(source, time, received)
      return true
    }
    let slot = Int(slots[index])
    feeds[slot].seen = now
    if time <= feeds[slot].newest { return false }
    feeds[slot].newest = time
    return time.saturatingSubtract(disorder) >= alarm
  }

  /// Where ticks of a source begin; nil when it is new.
  @inline(__always)
  func stretch(of source: UInt16) -> BarStretch? {
    let index = Int(source)
    guard index < slots.count, slots[index] >= 0 else { return nil }
    let slot = Int(slots[index])
    // A tick that is not the newest one closes nothing, whatever its time.
    let newest = feeds[slot].newest
    return BarStretch(
      slot: slot, source: source,
      bound: max(alarm.saturatingAdd(disorder), newest.saturatingAdd(1)), newest: newest, now: now)
  }

  /// Takes in what ticks of a source came to.
  @inline(__always)
  mutating func end(_ stretch: BarStretch) {
    now = stretch.now
    feeds[stretch.slot].newest = stretch.newest
    feeds[stretch.slot].seen = stretch.now
  }

  private mutating func add(_ source: UInt16, _ time: Int64, _ received: Int64) {
    let index = Int(source)
    if index >= slots.count {
      slots += Array(repeating: -1, count: index + 1 - slots.count)
    }
    slots[index] = Int16(feeds.count)
    feeds.append(Feed(source: source, newest: time, seen: now))
  }

  /// Takes in the engine's time.
  mutating func advance(to time: Int64) {
    if time > now { now = time }
  }

  /// Computes the watermark anew and returns it.
  mutating func update() -> Int64 {
    var least = Int64.max
    var silent = Int64.min
    for feed in feeds {
      // A source that the clock has never been told of cannot be silent.
      let isSilent = feed.seen != .min && now.saturatingSubtract(feed.seen) >= idle
      let own = feed.newest.saturatingSubtract(disorder)
      guard isSilent else {
        least = min(least, own)
        continue
      }
      if isLive(feed) {
        least = min(least, max(own, now - delayMax))
      } else {
        silent = max(silent, own)
      }
    }
    let found = least == .max ? silent : least
    value = max(value, found)
    return value
  }

  /// Its ticks are about as old as the way they came.
  private func isLive(_ feed: Feed) -> Bool {
    feed.seen != .min
      && feed.seen.saturatingSubtract(feed.newest).magnitude <= UInt64(delayMax + idle)
  }

  var isLive: Bool { feeds.contains { isLive($0) } }

  /// The newest tick of all sources.
  var newest: Int64 { feeds.reduce(.min) { max($0, $1.newest) } }
}

extension Int64 {
  /// The difference, held at the ends of the range.
  @inline(__always)
  func saturatingSubtract(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (self < 0 ? .min : .max) : difference
  }

  /// The sum, held at the ends of the range.
  @inline(__always)
  func saturatingAdd(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (self < 0 ? .min : .max) : sum
  }
}
