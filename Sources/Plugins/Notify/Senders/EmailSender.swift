internal import EngineCore
internal import Notifications

/// A mail through a server of SMTP, by libcurl on a thread of its own.
struct EmailSender: ChannelSender {
  let settings: EmailSettings
  private let threads = BlockingThreads(name: "notify-mail")

  init(settings: EmailSettings) {
    self.settings = settings
  }

  func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
    let mail = MailMessage(
      from: settings.from, to: settings.to, subject: settings.subject?.text(of: message) ?? "",
      text: text(of: message), time: message.time, key: message.key)
    let call = MailCall(settings: settings, message: mail.bytes, timeoutNanos: timeoutNanos)
    let result = await threads.run { call.run() }
    return result ?? .failed("the system has no thread left", retryAfterNanos: nil)
  }

  private func text(of message: NotificationMessage) -> String {
    let first = settings.text?.text(of: message) ?? ""
    guard message.entries.count > 1 else { return first }
    let others = message.entries.dropFirst().map { "- \(HeaderText.cleaned($0.title))" }
    return first + "\n" + others.joined(separator: "\n") + "\n"
  }
}
