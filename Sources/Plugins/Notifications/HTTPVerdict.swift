package import EngineCore

/// What a status of HTTP means for a notification.
package enum HTTPVerdict {
  /// - Parameters:
  ///   - retryAfter: the header of that name.
  ///   - body: the beginning of the answer, for people.
  package static func result(
    status: Int, retryAfter: String?, body: String, now: Timestamp
  ) -> AttemptResult {
    let text = HeaderText.cleaned(body).prefix(200)
    let detail = text.isEmpty ? "HTTP \(status)" : "HTTP \(status): \(text)"
    let wait = retryAfter.flatMap { RetryAfter.nanos($0, now: now) }
    switch status {
    case 200..<300: return .delivered("HTTP \(status)")
    // Who is too early, too fast or too slow, or meets trouble, may come again.
    case 408, 425, 429, 500...: return .failed(detail, retryAfterNanos: wait)
    case ..<200: return .failed(detail, retryAfterNanos: wait)
    case 300..<400: return .refused("\(detail) (redirects are not followed)")
    default: return .refused(detail)
    }
  }
}
