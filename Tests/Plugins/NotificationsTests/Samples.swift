import EngineCore
import Notifications

/// Notifications of tests.
enum Samples {
  static let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

  static func ticket(
    _ id: Int64, rule: String = "r", instrument: String = "A", severity: String = "warning",
    created: Timestamp = start, due: Timestamp = start, attempts: Int = 0
  ) -> AlertOutboxTicket {
    AlertOutboxTicket(
      id: id, rule: rule, instrument: instrument, severity: severity, created: created, due: due,
      attempts: attempts)
  }

  static func record(rule: String = "r", message: String = "it fires") -> AlertRecord {
    AlertRecord(
      number: 1, rule: rule, instrument: "EURUSD", from: .inactive, to: .firing,
      reason: "the condition is true", severity: "warning", delivery: "notified",
      isFlapping: false, generation: 3, suppressed: 0, value: "1.1", threshold: "1.095",
      time: start, since: .distantPast, epoch: 1, cause: 7, message: message)
  }

  static func entry(
    key: String = "r/EURUSD/3/1", rule: String = "r", message: String = "it fires"
  ) -> AlertOutboxEntry {
    AlertOutboxEntry(
      id: 1, key: key, channel: "ops", kind: "firing", severity: "warning", title: message,
      members: [record(rule: rule, message: message)], more: 0, created: start, attempts: 1,
      lastError: nil)
  }

  static func message(_ text: String = "it fires", rule: String = "r") -> NotificationMessage {
    NotificationMessage(channel: "ops", entries: [entry(rule: rule, message: text)], time: start)
  }
}

extension Timestamp {
  func after(seconds: Double) -> Timestamp { advanced(byNanos: Int64(seconds * 1e9)) }
}
