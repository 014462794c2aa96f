internal import EngineCore
internal import Synchronization

/// Where calls hang until a test lets them go.
public final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [Parker] = []
    var passed = 0
  }

  private let state = Mutex(State())

  public init() {}

  /// Blocks the thread until `open`.
  public func wait() {
    let parker = Parker()
    state.withLock { $0.waiting.append(parker) }
    while !state.withLock({ $0.isOpen }) { parker.park(nanos: nil) }
    state.withLock { $0.passed += 1 }
  }

  /// Lets everyone pass, now and later.
  public func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      return state.waiting
    }
    for parker in waiting { parker.unpark() }
  }

  /// True once it was opened.
  public var isOpen: Bool { state.withLock { $0.isOpen } }

  /// How many calls have come to the gate, and how many have passed it.
  public var arrived: Int { state.withLock { $0.waiting.count } }
  public var passed: Int { state.withLock { $0.passed } }
}
