internal import CPlatform
internal import Synchronization

/// Puts one thread to sleep until another has something for it.
///
/// A permit is never lost: `unpark` before `park` makes the next `park` return at once. A thread
/// that sleeps in a way of its own, such as an event loop, uses `lieDown` and `rise` instead, and
/// is woken by a closure.
/// Invariant: the word is allocated for the life of the parker, which both sides keep alive.
@safe public final class Parker: @unchecked Sendable {
  private let word: UnsafeMutablePointer<Atomic<UInt32>>
  private static let empty: UInt32 = 0
  private static let notified: UInt32 = 1
  private static let parked: UInt32 = 2

  /// In a type of its own: a closure that a lock holds by itself is wrapped once more each time it
  /// is looked at, and every call goes through all of that.
  private struct Waking {
    var wake: @Sendable () -> Void
  }

  private let waking = Mutex<Waking?>(nil)

  public init() {
    unsafe word = .allocate(capacity: 1)
    unsafe word.initialize(to: Atomic(Self.empty))
  }

  deinit {
    unsafe word.deinitialize(count: 1)
    unsafe word.deallocate()
  }

  /// Sleeps until `unpark`, at most `nanos` (nil: without limit). Only the owning thread calls it.
  public func park(nanos: Int64?) {
    // Safe: the word lives as long as self.
    let entered = unsafe word.pointee.compareExchange(
      expected: Self.empty, desired: Self.parked, ordering: .acquiringAndReleasing)
    if entered.exchanged {
      let raw = unsafe UnsafeMutableRawPointer(word).assumingMemoryBound(to: UInt32.self)
      _ = unsafe tw_futex_wait(raw, Self.parked, nanos ?? -1)
    }
    _ = unsafe word.pointee.exchange(Self.empty, ordering: .acquiring)
  }

  /// How to wake an owner that has lain down.
  public func wakes(by wake: @escaping @Sendable () -> Void) {
    waking.withLock { $0 = Waking(wake: wake) }
  }

  /// Says that the owning thread goes to sleep in its own way. False when it was woken before.
  public func lieDown() -> Bool {
    // Safe: the word lives as long as self.
    unsafe word.pointee.compareExchange(
      expected: Self.empty, desired: Self.parked, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Says that the owning thread is up again.
  public func rise() {
    // Safe: the word lives as long as self.
    _ = unsafe word.pointee.exchange(Self.empty, ordering: .acquiring)
  }

  /// Wakes the thread, or makes its next `park` return at once. Any thread may call it.
  public func unpark() {
    // Safe: the word lives as long as self.
    if unsafe word.pointee.exchange(Self.notified, ordering: .releasing) == Self.parked {
      if let waking = waking.withLock({ $0 }) { return waking.wake() }
      let raw = unsafe UnsafeMutableRawPointer(word).assumingMemoryBound(to: UInt32.self)
      unsafe tw_futex_wake(raw, 1)
    }
  }
}

/// Full barriers on all threads: lets publishers get by without any. The one that goes to sleep
/// pays (about a quarter of a microsecond).
enum AsymmetricBarrier {
  /// False where the kernel lacks it (before Linux 4.14, some sandboxes): then sleep is cut short.
  static let isAvailable: Bool = tw_membarrier_register() == 0

  /// The side that pays.
  static func heavy() {
    if isAvailable {
      tw_membarrier()
    } else {
      atomicMemoryFence(ordering: .sequentiallyConsistent)
    }
  }
}
