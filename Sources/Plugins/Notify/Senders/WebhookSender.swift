internal import AsyncHTTPClient
internal import EngineCore
internal import Notifications

/// JSON over HTTP, with a key that tells repetitions and a signature that tells who sends.
struct WebhookSender: ChannelSender {
  let settings: WebhookSettings
  let client: HTTPClient
  let clock: any EngineClock

  func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
    let json = settings.template?.json(of: message) ?? message.json
    let body = Array(json.text().utf8)
    var post = HTTPPost(
      client: client, url: settings.url, method: settings.method.rawValue,
      headers: settings.headers, ca: settings.ca, clock: clock)
    post.headers += [
      HeaderSetting(name: "Content-Type", value: "application/json"),
      HeaderSetting(name: "Idempotency-Key", value: HeaderText.encoded(message.key)),
    ]
    if let secret = settings.secret {
      let value = WebhookSignature.value(body, secret: secret, at: clock.now())
      post.headers.append(HeaderSetting(name: WebhookSignature.header, value: value))
    }
    return await post.send(body, timeoutNanos: timeoutNanos)
  }
}
