internal import CNotify
internal import Notifications

/// One mail on its way through libcurl.
struct MailCall: Sendable {
  private static let errorMax = 256

  let settings: EmailSettings
  let message: [UInt8]
  let timeoutNanos: Int64

  /// What keeps this machine from sending mail; nil when nothing does.
  static var missing: String? {
    // Safe: a text of the program's own that is never freed.
    unsafe tw_mail_missing().map { unsafe String(cString: $0) }
  }

  /// Sends it; blocks until it is taken or not.
  func run() -> AttemptResult {
    let url = CommandCall.closed([settings.url])
    let user = settings.user.map { CommandCall.closed([$0]) }
    let password = settings.password.map { CommandCall.closed([$0]) }
    let ca = settings.ca.map { CommandCall.closed([$0]) }
    let from = CommandCall.closed([settings.from])
    let recipients = CommandCall.closed(settings.to)
    var error = [CChar](repeating: 0, count: Self.errorMax)
    // Safe: texts end with NUL, counts are those of the arrays, all live until the call is over.
    let result = unsafe tw_mail_send(
      url, user, password, settings.encryption == .starttls ? 1 : 0, ca, from, recipients,
      settings.to.count, message, message.count, max(timeoutNanos / 1_000_000, 1), &error,
      error.count)
    let words = String(
      decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Self.result(code: result.code, answer: result.answer, words)
  }

  /// What the server, or the way to it, had to say.
  static func result(code: Int32, answer: Int32, _ words: String) -> AttemptResult {
    if code == 0 { return .delivered("SMTP \(answer)") }
    let said = HeaderText.cleaned(words)
    let detail = answer > 0 ? "SMTP \(answer): \(said)" : said
    // Such an address, or such a mail, it will not take tomorrow either. Who may send, and how
    // (530 to 538), is for people to mend.
    let isFinal = (550...559).contains(answer) || (500...504).contains(answer)
    return isFinal ? .refused(detail) : .failed(detail, retryAfterNanos: nil)
  }
}
