/// What came of an attempt to deliver a message.
package enum AttemptResult: Sendable, Equatable {
  /// The receiver has it.
  case delivered(String)
  /// It may work later.
  ///
  /// - Parameter retryAfterNanos: how long the receiver asks to be left alone.
  case failed(String, retryAfterNanos: Int64?)
  /// It will never work: the receiver does not want it as it is.
  case refused(String)

  package var name: String {
    switch self {
    case .delivered: "delivered"
    case .failed: "failed"
    case .refused: "refused"
    }
  }

  package var detail: String {
    switch self {
    case .delivered(let detail), .failed(let detail, _), .refused(let detail): detail
    }
  }

  /// The same with another text.
  package func told(_ detail: String) -> AttemptResult {
    switch self {
    case .delivered: .delivered(detail)
    case .failed(_, let nanos): .failed(detail, retryAfterNanos: nanos)
    case .refused: .refused(detail)
    }
  }
}
