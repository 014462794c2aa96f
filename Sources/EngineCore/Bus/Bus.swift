internal import CPlatform
public import Synchronization

/// The ordered log in memory that everything flows through: one bounded ring, one sequence, many
/// publishers, one cursor a reader.
///
/// A publisher writes into the ring under a short lock (or without one, when it is the only one)
/// and raises `published`; readers follow it. Lossless readers gate the ring: publishers get no
/// room past the slowest of them. The others copy and notice by themselves when they were lapped.
public final class Bus: Sendable {
  /// Identifies this log: positions of another epoch mean nothing here.
  public let epoch: UInt64
  public let capacity: Int
  /// How far sources may run ahead of the slowest reader that publishes itself: what is left of
  /// the ring is room for what such readers derive.
  @usableFromInline let sourceWindow: UInt64

  @usableFromInline let ring: Ring
  @usableFromInline let cells: SequenceTable
  // Cells looked up once: each is a pointer into the table.
  @usableFromInline let published: SequenceCell
  @usableFromInline let claimed: SequenceCell
  @usableFromInline let lock: SequenceCell
  /// What was claimed, as publishers see it: on the line of the lock, which readers never look at.
  /// Guarded by the lock, or owned by the exclusive publisher.
  @usableFromInline let written: SequenceCell
  /// Highest sequence that anyone, and that sources may write, as last computed. Guarded by the
  /// lock, or owned by the exclusive publisher.
  @usableFromInline let limit: SequenceCell
  @usableFromInline let sourceLimit: SequenceCell
  /// Kinds that sleepers wait for, as a mask; 0 when nobody sleeps.
  @usableFromInline let sleeping: SequenceCell
  /// The cursor position past which a sleeping source, or a reader behind others, wants to be
  /// woken; `max` when none sleeps.
  @usableFromInline let cursorWanted: SequenceCell
  /// The first sequence that was ever in this ring: those before are of a log that was kept.
  let base: SequenceCell
  /// Up to here the ring was filled from a kept log, which may lack some events.
  let recoveredThrough: UInt64
  private let readers: Mutex<ReaderTable>
  private let readersLock: SequenceCell

  static let reservedCells = 8
  /// Subscriptions at one time at most.
  public static let readersMax = 1016

  /// - Parameters:
  ///   - capacity: slots, a power of two from 16.
  ///   - lastSequence: the last event of the recovered log; the next one gets the number after it.
  public init(capacity: Int = 131_072, epoch: UInt64, lastSequence: UInt64 = 0) {
    precondition(capacity >= 16, "a bus has at least 16 slots")
    self.epoch = epoch
    self.capacity = capacity
    sourceWindow = UInt64(capacity / 4)
    ring = Ring(capacity: capacity)
    cells = SequenceTable(count: Self.reservedCells + Self.readersMax)
    published = cells[0]
    claimed = cells[1]
    lock = cells[2]
    written = cells[2, word: 1]
    limit = cells[2, word: 2]
    sourceLimit = cells[2, word: 3]
    sleeping = cells[3]
    cursorWanted = cells[4]
    base = cells[6]
    recoveredThrough = lastSequence
    readersLock = cells[5]
    readers = Mutex(ReaderTable(cellCount: Self.readersMax, firstCell: Self.reservedCells))
    published.storeRelaxed(lastSequence)
    claimed.storeRelaxed(lastSequence)
    written.storeRelaxed(lastSequence)
    limit.storeRelaxed(lastSequence)
    sourceLimit.storeRelaxed(lastSequence)
    cursorWanted.storeRelaxed(.max)
    base.storeRelaxed(lastSequence + 1)
    _ = AsymmetricBarrier.isAvailable
  }

  /// The last published sequence.
  @inlinable public var lastSequence: UInt64 { published.acquire() }

  /// The oldest sequence that can still be read.
  public var firstSequence: UInt64 {
    let claimed = claimed.relaxed()
    let oldest = claimed >= UInt64(capacity) ? claimed - UInt64(capacity) + 1 : 1
    return max(oldest, base.relaxed())
  }

  /// A way to publish. `isExclusive` promises that it is the only one of this bus: it is faster.
  public func publisher(
    role: PublisherRole = .source, isExclusive: Bool = false
  ) -> Publisher {
    Publisher(bus: self, role: role, isExclusive: isExclusive)
  }

  // MARK: Limits

  /// Computes anew how far may be written. Called by who may publish now.
  @usableFromInline func refreshLimits(wanted: UInt64) {
    let last = published.relaxed()
    var slowest = last
    var slowestDeriving: UInt64?
    withReaders { readers in
      for gate in readers.gates {
        let cursor = cells[gate.cell].acquire()
        slowest = min(slowest, cursor)
        if gate.isDeriving { slowestDeriving = min(slowestDeriving ?? last, cursor) }
      }
    }
    let end = slowest + UInt64(capacity)
    let sourceEnd = min(end, slowestDeriving.map { $0 + sourceWindow } ?? end)
    limit.storeRelaxed(end)
    sourceLimit.storeRelaxed(sourceEnd)
    // A sleeping reader that none of the new events concerns still holds the ring.
    if wanted > sourceEnd { wake(kinds: .max) }
  }

  /// Whether the ring waits for this reader: no gating cursor is behind its own.
  func isSlowest(_ subscription: Subscription) -> Bool {
    let own = subscription.handled
    return withReaders { readers in
      !readers.gates.contains { cells[$0.cell].acquire() < own }
    }
  }

  /// How many events a source can publish now without being held back.
  public func roomForSources() -> Int {
    let last = published.relaxed()
    var room = sourceLimit.relaxed()
    if room < last + sourceWindow / 2 {
      acquireLock()
      refreshLimits(wanted: last + sourceWindow / 2)
      room = sourceLimit.relaxed()
      lock.release(0)
    }
    return room > last ? Int(room - last) : 0
  }

  @usableFromInline func acquireLock() { acquire(lock) }

  private func acquire(_ lock: SequenceCell) {
    // Each look takes the line from the holder, who publishes several times as fast undisturbed:
    // so the looks become rarer, up to about two microseconds. One that lost its processor while
    // it held the lock needs ours.
    var pauses = 1
    var attempts = 0
    while lock.relaxed() != 0 || !lock.tryLock() {
      attempts += 1
      if attempts & 7 == 0 {
        tw_yield()
      } else {
        for _ in 0..<pauses { tw_pause() }
        pauses = min(pauses * 2, 32)
      }
    }
  }

  /// Readers and sleepers, for one thread at a time.
  ///
  /// Nobody comes to the mutex while it is taken: its way through the kernel costs more than the
  /// few dozen nanoseconds that it is held, and the thread sanitizer does not see that way.
  func withReaders<Result: Sendable>(
    _ body: (inout sending ReaderTable) -> sending Result
  ) -> Result {
    acquire(readersLock)
    defer { readersLock.release(0) }
    return readers.withLock(body)
  }

  // MARK: Sleeping and waking

  /// Wakes sleepers that wait for one of the kinds, a mask.
  @usableFromInline func wake(kinds: UInt64) {
    wakeEach { $0.kinds & kinds != 0 }
  }

  /// Called by a reader whose cursor passed `cursorWanted`.
  @usableFromInline func wakeWaiting(for cursor: UInt64) {
    let passed = passedBySources()
    wakeEach { $0.newsWanted <= cursor || $0.roomWanted <= passed }
  }

  /// Called when a reader has gone: others may have waited for it.
  func wakeWaiting() {
    wakeEach { min($0.newsWanted, $0.roomWanted) < .max }
  }

  /// How far the readers are that hold sources back: a source that is woken for the first of them
  /// would find no room.
  private func passedBySources() -> UInt64 {
    withReaders { readers in
      var slowest = UInt64.max
      var slowestDeriving = UInt64.max
      for gate in readers.gates {
        let cursor = cells[gate.cell].acquire()
        slowest = min(slowest, cursor)
        if gate.isDeriving { slowestDeriving = min(slowestDeriving, cursor) }
      }
      guard slowestDeriving < .max else { return slowest }
      let apart = UInt64(capacity) - sourceWindow
      return min(slowestDeriving, slowest > .max - apart ? .max : slowest + apart)
    }
  }

  /// One after the other, so that no list of them has to be made, and each outside the lock, which
  /// is the first thing that the woken thread needs. Who goes to sleep meanwhile looks for itself.
  private func wakeEach(_ isMeant: (borrowing ReaderTable.Sleeper) -> Bool) {
    var newest: UInt64?
    while true {
      let parker: Parker? = withReaders { readers in
        let last = newest ?? readers.newestID
        newest = last
        let index = readers.sleepers.firstIndex { $0.id <= last && isMeant($0) }
        guard let index else { return nil }
        let parker = readers.sleepers[index].parker
        readers.removeSleeper(at: index)
        storeSleepers(readers)
        return parker
      }
      guard let parker else { return }
      parker.unpark()
    }
  }

  private func storeSleepers(_ readers: borrowing ReaderTable) {
    sleeping.storeRelaxed(readers.sleepers.reduce(0) { $0 | $1.kinds })
    cursorWanted.storeRelaxed(
      readers.sleepers.reduce(.max) { min($0, $1.roomWanted, $1.newsWanted) })
  }

  /// Where the kernel has no barrier on all threads, a publisher may miss a sleeper: it looks again
  /// that soon.
  static let blindSleepNanos: Int64 = 1_000_000

  /// Sleeps until an event of one of the kinds is published, sources have room again, someone
  /// unparks the parker, or `nanos` have gone by (nil: no limit).
  ///
  /// - Parameters:
  ///   - kinds: mask of event kinds; 0 when only the rest counts.
  ///   - isWaitingForRoom: wake up when about a quarter of the sources' window is free.
  ///   - newsWanted: wake up when the reader that this one stays behind has handled so many.
  ///   - isIdle: looked at once more after everyone can see the sleeper; false: do not sleep.
  public func sleep(
    _ parker: Parker, kinds: UInt32, isWaitingForRoom: Bool, newsWanted: UInt64 = .max,
    nanos: Int64?, isIdle: () -> Bool
  ) {
    let sleeper = beginSleep(
      parker, kinds: kinds, isWaitingForRoom: isWaitingForRoom, newsWanted: newsWanted)
    let limit = AsymmetricBarrier.isAvailable ? nanos : min(nanos ?? .max, Self.blindSleepNanos)
    if isIdle() { parker.park(nanos: limit) }
    endSleep(sleeper)
  }

  /// The first half of `sleep`, for threads that sleep in a way of their own: from here on the
  /// parker is unparked. Whether there is news has to be looked at once more before sleeping.
  func beginSleep(
    _ parker: Parker, kinds: UInt32, isWaitingForRoom: Bool, newsWanted: UInt64
  ) -> UInt64 {
    let last = published.relaxed()
    let wanted = isWaitingForRoom ? last &- min(last, sourceWindow / 2) : .max
    let id = withReaders { readers in
      let id = readers.addSleeper(
        parker, kinds: UInt64(kinds), roomWanted: wanted, newsWanted: newsWanted)
      storeSleepers(readers)
      return id
    }
    // Pairs with the plain loads of publishers and readers: after this, either they see the
    // sleeper or we see what they published.
    AsymmetricBarrier.heavy()
    return id
  }

  func endSleep(_ sleeper: UInt64) {
    withReaders { readers in
      // Whoever woke it took it off the list.
      guard let index = readers.sleepers.firstIndex(where: { $0.id == sleeper }) else { return }
      readers.removeSleeper(at: index)
      storeSleepers(readers)
    }
  }

  /// Called by publishers after they published, with the kinds as a mask when it is known.
  @inlinable func wakeIfSleeping(kinds: @autoclosure () -> UInt64) {
    atomicMemoryFence(ordering: .acquiringAndReleasing)
    let waiting = sleeping.relaxed()
    if waiting != 0 {
      let kinds = kinds()
      if waiting & kinds != 0 { wake(kinds: kinds) }
    }
  }

  /// Called by readers after their cursor moved.
  @inlinable func cursorMoved(from old: UInt64, to new: UInt64) {
    atomicMemoryFence(ordering: .acquiringAndReleasing)
    let wanted = cursorWanted.relaxed()
    if new >= wanted, old < wanted { wakeWaiting(for: new) }
  }
}

/// Whose events these are.
public enum PublisherRole: Sendable {
  /// News from outside: held back early, so that derived events always find room.
  case source
  /// Made from events of this bus.
  case deriving
}

/// Readers that hold the ring, and threads that sleep. Guarded by the bus.
struct ReaderTable: Sendable {
  struct Gate: Sendable {
    var cell: Int
    var isDeriving: Bool
  }

  struct Sleeper: Sendable {
    var id: UInt64
    var parker: Parker
    var kinds: UInt64
    var roomWanted: UInt64
    var newsWanted: UInt64
  }

  var gates: [Gate] = []
  var sleepers: [Sleeper] = []
  var freeCells: [Int]
  private(set) var newestID: UInt64 = 0

  init(cellCount: Int, firstCell: Int) {
    freeCells = (firstCell..<firstCell + cellCount).reversed()
    // Going to sleep takes nothing from the heap, but for the first time that so many sleep.
    sleepers.reserveCapacity(64)
  }

  mutating func addSleeper(
    _ parker: Parker, kinds: UInt64, roomWanted: UInt64, newsWanted: UInt64
  ) -> UInt64 {
    newestID += 1
    sleepers.append(
      Sleeper(
        id: newestID, parker: parker, kinds: kinds, roomWanted: roomWanted, newsWanted: newsWanted))
    return newestID
  }

  mutating func removeSleeper(at index: Int) {
    sleepers.swapAt(index, sleepers.count - 1)
    sleepers.removeLast()
  }
}
