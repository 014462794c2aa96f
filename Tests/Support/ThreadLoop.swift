public import EngineCore
import Synchronization

/// The smallest loop: a thread that sleeps until it is woken or its time is over.
public final class ThreadLoop: LaneLoop {
  private let parker = Parker()
  private let hasEnded = Atomic<Bool>(false)
  private let thread = Mutex<UInt64?>(nil)

  public init() {}

  public func begin(turn: @escaping @Sendable () -> LaneRest) {
    _ = LaneThread.start(name: "loop") { [self] in
      thread.withLock { $0 = TestThread.current }
      while !hasEnded.load(ordering: .acquiring) {
        switch turn() {
        case .none: continue
        case .nanos(let nanos): parker.park(nanos: nanos)
        case .untilWoken: parker.park(nanos: nil)
        }
      }
    }
  }

  public func wake() { parker.unpark() }

  public func end() {
    hasEnded.store(true, ordering: .releasing)
    parker.unpark()
  }

  /// Whether the caller is on the loop's thread.
  public var isCurrent: Bool { thread.withLock { $0 } == TestThread.current }
}
