/// One sleeping task for the earliest deadline of a connection.
///
/// A deadline that moves later leaves the task alone: it wakes, finds nothing due and is armed
/// again, so that traffic does not start a task for every byte.
struct ConnectionTimer {
  private let clock: any ConnectionClock
  private var task: Task<Void, Never>?
  private var armedFor: Int64?

  init(clock: any ConnectionClock) { self.clock = clock }

  mutating func arm(for deadline: Int64?, fire: @escaping @Sendable () async -> Void) {
    guard let deadline else { return cancel() }
    if let armedFor, armedFor <= deadline { return }
    cancel()
    armedFor = deadline
    let clock = clock
    task = Task {
      do { try await clock.sleep(untilNanos: deadline) } catch { return }
      // A timer that was replaced while it woke finds nothing due: that is harmless.
      if !Task.isCancelled { await fire() }
    }
  }

  mutating func fired() {
    task = nil
    armedFor = nil
  }

  mutating func cancel() {
    task?.cancel()
    fired()
  }
}
