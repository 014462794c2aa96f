/// Which attempts somebody wants to see: newest first.
struct AttemptQuery: Sendable, Equatable {
  static let limitMax = 1000

  var channel: String?
  var rule: String?
  var key: String?
  var before = Int64.max
  var limit = 50
}
