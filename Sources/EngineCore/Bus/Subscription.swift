internal import CPlatform
internal import Synchronization

/// A reader of the bus: a cursor, an interest and a policy. One thread at a time uses it; its
/// counters may be read by any.
public final class Subscription: @unchecked Sendable {
  // Invariant: everything but `metrics`, `cursor` and `name` is touched by one thread at a time,
  // the lane of its owner; the host moves it between lanes only while no lane runs it.
  public let name: String
  public let policy: DeliveryPolicy
  public let metrics = SubscriptionMetrics()
  @usableFromInline let bus: Bus
  @usableFromInline let cell: Int
  @usableFromInline let cursor: SequenceCell
  @usableFromInline let nameID: TextID
  @usableFromInline var interest: Interest
  /// The last sequence that was handled.
  @usableFromInline var position: UInt64
  /// Readers that this one stays behind.
  @usableFromInline var barriers: [SequenceCell]
  @usableFromInline let scratch: EventBuffer
  @usableFromInline let isGating: Bool
  @usableFromInline let seesEverything: Bool
  private let requestedKinds: UInt32
  var conflator: Conflator?
  @usableFromInline var pendingGap: Gap?
  let clock: any EngineClock
  public private(set) var isClosed = false

  init(
    bus: Bus, name: String, nameID: TextID, request: SubscriptionRequest, cell: Int,
    position: UInt64, barriers: [SequenceCell], clock: any EngineClock
  ) {
    self.bus = bus
    self.name = name
    self.nameID = nameID
    self.clock = clock
    self.cell = cell
    self.position = position
    self.barriers = barriers
    cursor = bus.cells[cell]
    policy = request.policy
    interest = request.interest
    isGating = request.policy == .lossless
    seesEverything = request.interest.isEverything
    requestedKinds = request.interest.kinds
    scratch = EventBuffer(capacity: request.batch)
    conflator = request.policy == .conflate ? Conflator() : nil
  }

  deinit { close() }

  /// Most events a delivery.
  public var batch: Int { scratch.capacity }

  /// The last sequence that this reader has handled.
  public var handled: UInt64 { position }

  /// The last sequence that it may handle now.
  @inlinable var end: UInt64 {
    var end = bus.published.acquire()
    for barrier in barriers { end = min(end, barrier.acquire()) }
    return end
  }

  /// True when something new, of whatever kind, has been published that it may handle.
  @inlinable public var hasNews: Bool { end > position || pendingGap != nil }

  /// How many sequences it is behind.
  public var lag: UInt64 {
    let last = bus.lastSequence
    let cursor = cursor.relaxed()
    return isClosed || cursor >= last ? 0 : last - cursor
  }

  public var kindMask: UInt32 { interest.kindMask }

  /// Hands the next events to `body`, in one or several spans, at most `batch` of them, and moves
  /// on. Returns how many sequences were passed; 0 when there is nothing new.
  ///
  /// When `body` throws, what it was given counts as handled.
  @inlinable @discardableResult
  public func poll<Failure: Error>(
    _ body: (borrowing Span<Event>) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    guard isGating, pendingGap == nil else { return try pollCopying(body) }
    let end = self.end
    guard end > position else { return 0 }
    let first = position &+ 1
    let count = min(
      Int(truncatingIfNeeded: end &- position), scratch.capacity,
      bus.ring.contiguous(from: first))
    let span = bus.ring.span(from: first, count: count)
    defer { advance(by: count) }
    if seesEverything {
      metrics.delivered(UInt64(count))
      try body(span)
      return count
    }
    // All, none or some: only in the last case are events copied together.
    var matching = 0
    while matching < count, interest.matches(span[matching]) { matching &+= 1 }
    if matching == count {
      metrics.delivered(UInt64(count))
      try body(span)
      return count
    }
    scratch.removeAll()
    for index in 0..<matching { scratch.append(span[index]) }
    for index in matching..<count where interest.matches(span[index]) {
      scratch.append(span[index])
    }
    if scratch.count > 0 {
      metrics.delivered(UInt64(scratch.count))
      try body(scratch.span)
    }
    return count
  }

  @inlinable
  func advance(by count: Int) {
    let old = position
    position = old &+ UInt64(count)
    cursor.release(position)
    bus.cursorMoved(from: old, to: position)
  }

  /// Takes the cursor away from an owner that does not come back. Unlike after `close`, the cell is
  /// never used again: the owner may still write to it, should it come back after all.
  func revoke() {
    guard !isClosed else { return }
    isClosed = true
    bus.remove(self, reusesCell: false)
  }

  /// Gives up the cursor. Readers behind this one are free; nothing is delivered any more.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    bus.remove(self)
  }

  /// Adds kinds that the lane needs, beside those that the reader asked for.
  func alsoReads(time: Bool, commands: Bool) {
    let extra: UInt32 =
      (time ? 1 << UInt32(EventKind.time.rawValue) : 0)
      | (commands ? 1 << UInt32(EventKind.command.rawValue) : 0)
    interest.kinds = requestedKinds | extra
  }

  /// Replaces the readers that this one stays behind.
  public func stay(behind others: [Subscription]) {
    barriers = others.map(\.cursor)
  }
}
