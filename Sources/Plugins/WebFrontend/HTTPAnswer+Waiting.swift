/// Answers to requests whose own takes too long.
extension HTTPAnswer {
  /// Too many wait already.
  static let busy = HTTPAnswer(
    Refusal(
      status: 503, reason: "too many requests are being worked on",
      headers: [HeaderField("Retry-After", "1")]))

  /// It did not come in time.
  static let late = HTTPAnswer(
    Refusal(status: 504, reason: "the answer did not come in time"))
}
