import CBench
import Synchronization

/// A thread that runs one closure.
struct Thread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let handle: OpaquePointer

  init(_ run: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(run)).toOpaque()
    handle = bench_spawn(
      { Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run() }, context)!
  }

  func join() { bench_join(handle) }
}

/// Lets all threads of a run go at the same time.
final class StartLine: Sendable {
  private let missing: Atomic<Int>

  init(_ count: Int) { missing = Atomic(count) }

  func wait() {
    missing.subtract(1, ordering: .acquiringAndReleasing)
    while missing.load(ordering: .acquiring) > 0 { bench_yield() }
  }
}

/// What a thread of a run has to say at its end.
final class Outcome: Sendable {
  let sum = Atomic<UInt64>(0)
  let started = Atomic<UInt64>(0)
  let finished = Atomic<UInt64>(0)
}
