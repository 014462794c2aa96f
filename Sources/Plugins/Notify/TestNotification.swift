internal import EngineCore

/// What a test of a channel tells.
enum TestNotification {
  static func entry(channel: String, number: Int64, at time: Timestamp) -> AlertOutboxEntry {
    let text = "This is a test of the channel \(channel)."
    let member = AlertRecord(
      number: 0, rule: "test", instrument: "TEST", from: .inactive, to: .firing,
      reason: "a person asked for it", severity: "info", delivery: "notified", isFlapping: false,
      generation: UInt32(clamping: number), suppressed: 0, value: "1", threshold: "1", time: time,
      since: time, epoch: 0, cause: 0, message: text)
    // The time makes it differ from tests of other runs.
    return AlertOutboxEntry(
      id: 0, key: "test/TEST/\(time.nanoseconds)/\(number)", channel: channel, kind: "firing",
      severity: "info", title: text, members: [member], more: 0, created: time, attempts: 1,
      lastError: nil)
  }
}
