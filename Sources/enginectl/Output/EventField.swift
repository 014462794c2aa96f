/// One field of an event's line.
struct EventField: Equatable, Sendable {
  /// What stands before the value; may be empty.
  var label: String
  var value: String
  /// Numbers are aligned at their decimal points.
  var isNumber: Bool

  /// Words.
  static func word(_ value: String, _ label: String = "") -> EventField {
    EventField(label: label, value: value, isNumber: false)
  }

  /// A number with the digits it came with.
  static func number(_ value: String, _ label: String = "") -> EventField {
    EventField(label: label, value: value, isNumber: true)
  }
}
