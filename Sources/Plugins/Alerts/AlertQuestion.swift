internal import EngineCore
internal import Synchronization

/// A question on its way to the lane. It is answered once; when nobody does, because the plugin
/// stops or its inbox is cleared, it answers itself.
final class AlertQuestion: Sendable {
  enum Subject: Sendable {
    case states(AlertQuery)
    case history(AlertQuery)
    case rules(owner: String?)
  }

  enum Answer: Sendable {
    case states([AlertStatus])
    case history([AlertRecord])
    case rules([JSONValue])
  }

  typealias Reply = Result<Answer, PluginError>

  let subject: Subject
  private let count: QuestionCount
  private let waiting: Mutex<CheckedContinuation<Reply, Never>?>

  /// - Parameter count: has this one in it until it is answered.
  init(
    _ subject: Subject, _ count: QuestionCount, _ continuation: CheckedContinuation<Reply, Never>
  ) {
    self.subject = subject
    self.count = count
    waiting = Mutex(continuation)
  }

  deinit {
    answer(.failure(PluginError("the alerts plugin stopped before it came to the question")))
  }

  func answer(_ reply: Reply) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    guard let continuation else { return }
    count.end()
    continuation.resume(returning: reply)
  }
}
