internal import AsyncHTTPClient
internal import EngineCore
internal import Notifications

/// A push message: published as JSON, so that no text is ever part of a header.
struct NtfySender: ChannelSender {
  let settings: NtfySettings
  let client: HTTPClient
  let clock: any EngineClock

  func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
    let (priority, tag) =
      switch message.severity {
      case .info: (3, "information_source")
      case .warning: (4, "warning")
      case .critical: (5, "rotating_light")
      }
    let body = JSONValue.object([
      ("topic", .string(settings.topic)),
      ("title", .string(settings.title?.text(of: message, most: 200) ?? "")),
      ("message", .string(settings.text?.text(of: message, most: 3500) ?? "")),
      ("priority", .integer(priority)), ("tags", .array([.string(tag)])),
    ])
    var post = HTTPPost(client: client, url: settings.url, ca: settings.ca, clock: clock)
    post.headers = [HeaderSetting(name: "Content-Type", value: "application/json")]
    if let token = settings.token {
      post.headers.append(HeaderSetting(name: "Authorization", value: "Bearer \(token)"))
    }
    return await post.send(Array(body.text().utf8), timeoutNanos: timeoutNanos)
  }
}
