internal import AsyncHTTPClient
internal import EngineCore
internal import Notifications

/// Alerts for an Alertmanager: those that fire are remembered, so that they can be told again.
struct AlertmanagerSender: ChannelSender {
  let settings: AlertmanagerSettings
  let client: HTTPClient
  let clock: any EngineClock
  let store: NotifyStore?

  func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
    var alerts: [JSONValue] = []
    var firing: [FiringAlert] = []
    var over: [FiringAlert] = []
    // Of several transitions of one alert the last one counts.
    var newest: [String: AlertRecord] = [:]
    var order: [String] = []
    for member in message.entries.flatMap(\.members) {
      let name = "\(member.rule)\n\(member.instrument)"
      if newest.updateValue(member, forKey: name) == nil { order.append(name) }
    }
    for member in order.compactMap({ newest[$0] }) {
      var alert = self.alert(member)
      if member.to == .firing || member.to == .acknowledged {
        firing.append(alert)
        // A test ends by itself, soon.
        let nanos = message.isTest ? 60_000_000_000 : keepNanos
        alerts.append(alert.json(until: clock.now().advanced(byNanos: nanos)))
      } else {
        alert = told(alert, in: message.channel) ?? alert
        over.append(alert)
        alerts.append(alert.json(until: clock.now()))
      }
    }
    let result = await post(alerts, timeoutNanos: timeoutNanos)
    guard case .delivered = result, !message.isTest else { return result }
    do throws(PluginError) {
      try store?.note(firing: firing, over: over, channel: message.channel)
    } catch {
      return .failed(error.message, retryAfterNanos: nil)
    }
    return result
  }

  /// How long something is taken to fire when nothing more is heard.
  private var keepNanos: Int64 { settings.resendNanos * 4 }

  /// Tells again what fires, and the end of what no longer does.
  ///
  /// - Parameter isFiring: nil when that is not known.
  func tellAgain(
    _ channel: String, isFiring: (FiringAlert) -> Bool?, timeoutNanos: Int64
  ) async -> AttemptResult? {
    guard let known = try? store?.firing(channel), !known.isEmpty else { return nil }
    let now = clock.now()
    let over = known.filter { isFiring($0) == false }
    let alerts = known.map { alert in
      alert.json(until: over.contains(alert) ? now : now.advanced(byNanos: keepNanos))
    }
    for start in stride(from: 0, to: alerts.count, by: 500) {
      let part = Array(alerts[start..<min(start + 500, alerts.count)])
      let result = await post(part, timeoutNanos: timeoutNanos)
      guard case .delivered = result else { return result }
    }
    try? store?.note(firing: [], over: over, channel: channel)
    return .delivered("\(known.count) told again")
  }

  /// As it was told that it fires: only the same labels end it.
  private func told(_ alert: FiringAlert, in channel: String) -> FiringAlert? {
    try? store?.firing(channel).first {
      $0.rule == alert.rule && $0.instrument == alert.instrument
    }
  }

  private func alert(_ member: AlertRecord) -> FiringAlert {
    let labels =
      [
        ("alertname", JSONValue.string(member.rule)), ("symbol", .string(member.instrument)),
        ("severity", .string(member.severity)),
      ] + settings.labels.map { ($0.name, JSONValue.string($0.value)) }
    let isBeginning = member.to == .firing
    return FiringAlert(
      rule: member.rule, instrument: member.instrument, labels: .object(labels),
      annotations: .object([
        ("summary", .string(member.message)), ("value", .string(member.value)),
        ("threshold", .string(member.threshold)),
      ]),
      since: isBeginning || member.since == .distantPast ? member.time : member.since)
  }

  private func post(_ alerts: [JSONValue], timeoutNanos: Int64) async -> AttemptResult {
    let base = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
    var post = HTTPPost(
      client: client, url: "\(base)/api/v2/alerts", ca: settings.ca, clock: clock)
    post.headers = [HeaderSetting(name: "Content-Type", value: "application/json")]
    if let token = settings.token {
      post.headers.append(HeaderSetting(name: "Authorization", value: "Bearer \(token)"))
    }
    return await post.send(Array(JSONValue.array(alerts).text().utf8), timeoutNanos: timeoutNanos)
  }
}
