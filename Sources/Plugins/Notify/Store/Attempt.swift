internal import EngineCore

/// An attempt to tell somebody of something, and what came of it.
struct Attempt: Sendable, Equatable {
  /// Counts them; 0 before it is kept.
  var number: Int64 = 0
  var time: Timestamp
  var channel: String
  /// Of the notification.
  var key: String
  /// Names the message: differs from `key` where it was one of a group.
  var message: String
  var rule: String
  /// From 1.
  var attempt: Int
  /// `delivered`, `failed`, `refused`, `given up`, `unwanted`.
  var result: String
  var detail: String
  var nanos: Int64

  var json: JSONValue {
    .object([
      ("number", .integer(number)), ("time", .string("\(time)")), ("channel", .string(channel)),
      ("key", .string(key)), ("message", .string(message)), ("rule", .string(rule)),
      ("attempt", .integer(attempt)), ("result", .string(result)), ("detail", .string(detail)),
      ("took", .string(DurationText.format(nanos / 1_000_000 * 1_000_000))),
    ])
  }
}
