internal import EngineCore
internal import Synchronization

/// Tells the lane that something has arrived: once, until it has looked.
final class ArrivalSignal: Sendable {
  private let isTold = Atomic<Bool>(false)
  private let inbox: Inbox

  init(inbox: Inbox) { self.inbox = inbox }

  func tell() {
    guard !isTold.exchange(true, ordering: .acquiringAndReleasing) else { return }
    if inbox.offer(NotifyMessage.arrived) != .accepted {
      isTold.store(false, ordering: .releasing)
    }
  }

  /// From now on it is told again.
  func look() { isTold.store(false, ordering: .releasing) }
}
