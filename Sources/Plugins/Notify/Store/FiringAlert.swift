internal import EngineCore

/// What an Alertmanager was told that it fires: it has to be told again and again, and its end by
/// the same labels.
struct FiringAlert: Sendable, Equatable {
  let rule: String
  let instrument: String
  /// As they were sent.
  let labels: JSONValue
  let annotations: JSONValue
  let since: Timestamp

  /// As API v2 takes it.
  ///
  /// - Parameter end: when it is over; while it fires, until when it is taken to.
  func json(until end: Timestamp) -> JSONValue {
    .object([
      ("labels", labels), ("annotations", annotations), ("startsAt", .string("\(since)")),
      ("endsAt", .string("\(end)")),
    ])
  }
}
