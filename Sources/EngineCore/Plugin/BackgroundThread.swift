internal import Synchronization

/// A thread that stands back and does one piece of work after the other; it ends when there has
/// been none for a while. Any thread may call it.
///
/// It is kept between them: the system gives a new thread a processor at once, and the lane that
/// had it would wait.
final class BackgroundThread: Sendable {
  private struct State: Sendable {
    var work: [@Sendable () -> Void] = []
    var isRunning = false
    var isClosed = false
  }

  private static let idleNanos: Int64 = 500_000_000
  /// The first may end at once: it was woken for work that it had done by then.
  private static let idleMax = 2

  private let name: String
  private let parker = Parker()
  private let state = Mutex(State())

  init(name: String) { self.name = name }

  /// Takes work; false when the system has no thread left.
  func run(_ work: @escaping @Sendable () -> Void) -> Bool {
    let isRunning = state.withLock { state in
      state.work.append(work)
      defer { state.isRunning = true }
      return state.isRunning
    }
    if isRunning {
      parker.unpark()
      return true
    }
    let isStarted = LaneThread.start(name: name, isBackground: true) { [self] in live() }
    guard !isStarted else { return true }
    state.withLock { state in
      state.isRunning = false
      state.work = []
    }
    return false
  }

  /// Lets the thread end once it has done what it was given.
  func close() {
    state.withLock { $0.isClosed = true }
    parker.unpark()
  }

  private enum Step {
    case work(@Sendable () -> Void)
    case wait
    case end
  }

  private func live() {
    var idle = 0
    while true {
      switch next(idle) {
      case .work(let work):
        work()
        idle = 0
      case .wait:
        parker.park(nanos: Self.idleNanos)
        idle += 1
      case .end: return
      }
    }
  }

  private func next(_ idle: Int) -> Step {
    state.withLock { state in
      if !state.work.isEmpty { return .work(state.work.removeFirst()) }
      guard state.isClosed || idle >= Self.idleMax else { return .wait }
      state.isRunning = false
      return .end
    }
  }
}
