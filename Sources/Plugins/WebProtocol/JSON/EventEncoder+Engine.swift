internal import EngineCore

/// Alerts, and events about the engine.
extension EventEncoder {
  mutating func writeAlert(_ event: Event, _ cursor: inout JSONCursor) {
    let alert = event.alert
    cursor.literal("{\"T\":\"alert\"")
    sequence(event, &cursor)
    _ = instrument(event, &cursor)
    name(",\"a\":", alert.rule.raw, .rule, &cursor)
    switch alert.state {
    case .inactive: word(",\"st\":", "inactive", &cursor)
    case .pending: word(",\"st\":", "pending", &cursor)
    case .firing: word(",\"st\":", "firing", &cursor)
    case .resolved: word(",\"st\":", "resolved", &cursor)
    case .acknowledged: word(",\"st\":", "acknowledged", &cursor)
    }
    count(",\"lv\":", UInt64(alert.severity), &cursor)
    count(",\"g\":", UInt64(alert.generation), &cursor)
    number(",\"p\":", alert.value, 0, &cursor)
    number(",\"th\":", alert.threshold, 0, &cursor)
    time(",\"t\":", alert.eventTime, &cursor)
    end(",\"since\":", alert.since, &cursor)
    if alert.causeSequence > 0 { count(",\"cause\":", alert.causeSequence, &cursor) }
    name(",\"why\":", alert.reason.raw, .text, &cursor)
    if isFull { name(",\"x\":", UInt32(alert.source.raw), .source, &cursor) }
  }

  mutating func writeWatermark(_ event: Event, _ cursor: inout JSONCursor) {
    let watermark = event.watermark
    cursor.literal("{\"T\":\"watermark\"")
    sequence(event, &cursor)
    _ = instrument(event, &cursor)
    if watermark.scope == .spec {
      name(",\"b\":", UInt32(watermark.id), .spec, &cursor)
    } else {
      name(",\"x\":", UInt32(watermark.id), .source, &cursor)
    }
    time(",\"t\":", watermark.start, &cursor)
    end(",\"u\":", watermark.end, &cursor)
    count(",\"n\":", UInt64(watermark.bars), &cursor)
    count(",\"e\":", UInt64(watermark.empty), &cursor)
  }

  mutating func writeGap(_ event: Event, _ cursor: inout JSONCursor) {
    let gap = event.gap
    cursor.literal("{\"T\":\"gap\"")
    sequence(event, &cursor)
    count(",\"from\":", gap.first, &cursor)
    count(",\"to\":", gap.last, &cursor)
    count(",\"n\":", gap.count, &cursor)
    switch gap.reason {
    case .overrun: word(",\"why\":", "overrun", &cursor)
    case .disconnected: word(",\"why\":", "disconnected", &cursor)
    case .revoked: word(",\"why\":", "revoked", &cursor)
    case .paused: word(",\"why\":", "paused", &cursor)
    case .refused: word(",\"why\":", "refused", &cursor)
    case .unavailable: word(",\"why\":", "unavailable", &cursor)
    case .late: word(",\"why\":", "late", &cursor)
    }
    // A gap of the client's own needs no name.
    if event.sequence > 0 { name(",\"who\":", gap.subscriber.raw, .text, &cursor) }
    time(",\"t\":", gap.time, &cursor)
  }

  mutating func writeStatus(_ event: Event, _ cursor: inout JSONCursor) {
    let status = event.status
    cursor.literal("{\"T\":\"status\"")
    sequence(event, &cursor)
    switch status.scope {
    case .instrument:
      word(",\"of\":", "instrument", &cursor)
      _ = instrument(event, &cursor)
    case .source:
      word(",\"of\":", "source", &cursor)
      name(",\"name\":", status.subject.raw, .text, &cursor)
    case .plugin:
      word(",\"of\":", "plugin", &cursor)
      name(",\"name\":", status.subject.raw, .text, &cursor)
    }
    word(",\"st\":", Self.text(status.code), &cursor)
    if let previous = status.previous { word(",\"was\":", Self.text(previous), &cursor) }
    name(",\"why\":", status.reason.raw, .text, &cursor)
    time(",\"t\":", status.time, &cursor)
  }

  static func text(_ code: StatusCode) -> StaticString {
    switch code {
    case .stopped: "stopped"
    case .starting: "starting"
    case .running: "running"
    case .paused: "paused"
    case .stopping: "stopping"
    case .backoff: "backoff"
    case .failed: "failed"
    case .up: "up"
    case .down: "down"
    case .stale: "stale"
    case .failover: "failover"
    case .stalled: "stalled"
    case .completed: "completed"
    case .open: "open"
    case .closed: "closed"
    case .halted: "halted"
    }
  }

  mutating func writeDefinition(_ event: Event, _ cursor: inout JSONCursor) {
    let definition = event.definition
    cursor.literal("{\"T\":\"definition\"")
    sequence(event, &cursor)
    switch definition.namespace {
    case .instrument: word(",\"of\":", "instrument", &cursor)
    case .spec: word(",\"of\":", "spec", &cursor)
    case .source: word(",\"of\":", "source", &cursor)
    case .rule: word(",\"of\":", "rule", &cursor)
    case .text: word(",\"of\":", "text", &cursor)
    }
    name(",\"name\":", definition.id, definition.namespace, &cursor)
    guard definition.namespace == .instrument else { return }
    count(",\"pp\":", UInt64(definition.pricePrecision), &cursor)
    count(",\"sp\":", UInt64(definition.sizePrecision), &cursor)
  }
}
