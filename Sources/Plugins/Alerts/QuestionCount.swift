internal import Synchronization

/// How many questions wait for the lane: never so many that what comes from the store finds no room
/// in its inbox.
final class QuestionCount: Sendable {
  static let most = 256

  private let waiting = Atomic<Int>(0)

  /// One more, unless there are too many.
  func begin() -> Bool {
    if waiting.add(1, ordering: .relaxed).newValue <= Self.most { return true }
    end()
    return false
  }

  func end() { waiting.subtract(1, ordering: .relaxed) }
}
