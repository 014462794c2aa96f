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
  let cell: Int
  let cursor: SequenceCell
  let nameID: TextID
  var interest: Interest
  /// The last sequence that was handled.
  var position: UInt64
  /// Readers that this one stays behind.
  var barriers: [SequenceCell]
  let scratch: EventBuffer
  let isGating: Bool
  /// Nothing has to be looked at: it wants everything, and there is no position without an event.
  private(set) var seesEverything: Bool
  private let requestedKinds: UInt32
  var conflator: Conflator?
  var pendingGap: Gap?
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
    seesEverything = request.interest.isEverything && position >= bus.recoveredThrough
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
  var end: UInt64 {
    var end = bus.published.acquire()
    for barrier in barriers { end = min(end, barrier.acquire()) }
    return end
  }

  /// True when something new, of whatever kind, has been published that it may handle.
  public var hasNews: Bool { end > position || pendingGap != nil }

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
    let (first, count, isGathered) = next()
    guard count > 0 else { return count == 0 ? 0 : try pollCopying(body) }
    defer { advance(by: count) }
    if !isGathered {
      try body(bus.ring.span(from: first, count: count))
    } else if gathered.count > 0 {
      try body(gathered)
    }
    return count
  }

  @usableFromInline var gathered: Span<Event> {
    @_lifetime(immortal)
    get { scratch.span }
  }

  /// What the next delivery passes: all of it in the ring, or what matches gathered in `scratch`.
  /// Its count is negative when the events may not be read in the ring.
  ///
  /// Not inlinable: inside the module the compiler sees all uses of the properties, and leaves out
  /// the checks for exclusive access.
  @usableFromInline func next() -> (first: UInt64, count: Int, isGathered: Bool) {
    guard isGating, pendingGap == nil else { return (0, -1, false) }
    let end = self.end
    guard end > position else { return (0, 0, false) }
    let first = position &+ 1
    let count = min(
      Int(truncatingIfNeeded: end &- position), scratch.capacity,
      bus.ring.contiguous(from: first))
    if seesEverything || !gather(bus.ring.span(from: first, count: count)) {
      metrics.delivered(UInt64(truncatingIfNeeded: count))
      return (first, count, false)
    }
    if scratch.count > 0 { metrics.delivered(UInt64(truncatingIfNeeded: scratch.count)) }
    return (first, count, true)
  }

  /// Copies what matches together; false when everything does, and nothing was copied.
  private func gather(_ span: borrowing Span<Event>) -> Bool {
    if position >= bus.recoveredThrough { seesEverything = interest.isEverything }
    var matching = 0
    while matching < span.count, interest.matches(span[matching]) { matching &+= 1 }
    if matching == span.count { return false }
    scratch.removeAll()
    for index in 0..<matching { scratch.append(span[index]) }
    for index in matching..<span.count where interest.matches(span[index]) {
      scratch.append(span[index])
    }
    return true
  }

  @usableFromInline func advance(by count: Int) {
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

  /// Has the reader told, first of all, that it lost everything from a sequence up to where it
  /// begins.
  func tellLost(from first: UInt64, reason: GapReason) {
    guard first <= position else { return }
    metrics.dropped(position - first + 1 - (pendingGap?.count ?? 0))
    pendingGap = Gap(
      subscriber: nameID, reason: reason, first: first, last: position,
      count: position - first + 1, time: clock.now())
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
