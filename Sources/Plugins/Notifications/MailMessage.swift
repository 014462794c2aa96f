package import EngineCore

/// A mail as it goes over the wire: headers that no value can add to, and a body in base 64.
package struct MailMessage: Sendable {
  package var from: String
  package var to: [String]
  package var subject: String
  package var text: String
  package var time: Timestamp
  /// Of the message; the same for every attempt, so that mail programs know a repetition.
  package var key: String

  package init(
    from: String, to: [String], subject: String, text: String, time: Timestamp, key: String
  ) {
    self.from = from
    self.to = to
    self.subject = subject
    self.text = text
    self.time = time
    self.key = key
  }

  /// Whether a text is an address, such as `desk@example.com`.
  package static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
      && text.utf8.allSatisfy { byte in
        byte > 32 && byte < 127 && !"<>()[],;:\\\"".utf8.contains(byte)
      }
  }

  package var bytes: [UInt8] {
    let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
    let headers = [
      "Date: \(Self.date(time))", "From: <\(from)>",
      "To: \(to.map { "<\($0)>" }.joined(separator: ",\r\n "))",
      "Subject: \(Self.folded(HeaderText.encoded(subject)))",
      "Message-ID: <\(WebhookSignature.digest([key]))@\(domain)>",
      "Tickwire-Key: \(Self.folded(HeaderText.encoded(key)))", "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
    ]
    return Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
  }

  /// In lines of 76.
  private var body: String {
    let code = Array(Base64.text(Array(text.utf8)).utf8)
    return stride(from: 0, to: code.count, by: 76).map { start in
      String(decoding: code[start..<min(start + 76, code.count)], as: UTF8.self)
    }.joined(separator: "\r\n")
  }

  /// No line of a header is longer than it may be: encoded words stand one on a line, and of plain
  /// text that has no end the rest is left out.
  private static func folded(_ text: String) -> String {
    guard text.utf8.count > 900 || text.contains("=?UTF-8?B?") else { return text }
    let words = text.contains("=?UTF-8?B?") ? text : String(text.prefix(900))
    return words.replacing("?= =?", with: "?=\r\n =?")
  }

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Mon, 05 Jan 2026 09:31:02 +0000`
  static func date(_ time: Timestamp) -> String {
    let seconds = Int(time.nanoseconds / 1_000_000_000)
    let day = seconds / 86_400
    let clock = seconds % 86_400
    let date = CivilDate(daysSinceEpoch: day)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(days[(day + 4) % 7]), \(two(date.day)) \(months[date.month - 1]) \(date.year) "
      + "\(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60)) +0000"
  }
}
