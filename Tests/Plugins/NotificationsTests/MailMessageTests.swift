import EngineCore
import Notifications
import Testing

/// Mails as they go over the wire.
@Suite("Mails")
struct MailMessageTests {
  private func mail(_ subject: String, _ text: String = "é\r\n.\r\n") -> MailMessage {
    MailMessage(
      from: "engine@example.com", to: ["a@example.com", "b@example.com"], subject: subject,
      text: text, time: Timestamp(nanoseconds: 1_767_605_462_000_000_000), key: "r/A/1/1@mail")
  }

  private func lines(_ mail: MailMessage) -> [String] {
    String(decoding: mail.bytes, as: UTF8.self).split(
      separator: "\r\n", omittingEmptySubsequences: false
    ).map(String.init)
  }

  @Test("it has a date, its people and a key that stays")
  func headers() {
    let lines = lines(mail("hello"))
    #expect(lines[0] == "Date: Mon, 05 Jan 2026 09:31:02 +0000")
    #expect(lines[1] == "From: <engine@example.com>")
    #expect(lines[2...3] == ["To: <a@example.com>,", " <b@example.com>"])
    #expect(lines[4] == "Subject: hello")
    #expect(lines[5] == self.lines(mail("other"))[5])
    #expect(lines[6] == "Tickwire-Key: r/A/1/1@mail")
  }

  @Test(
    "no subject adds a header or a body",
    arguments: [
      "a\r\nBcc: x@example.com", "a\n\nbody", "é\r\nX: 1", String(repeating: "é", count: 2000),
      String(repeating: "x", count: 5000), "=?UTF-8?Q?x?=", "\u{0}", "\u{2028}X: 1",
    ])
  func hostile(subject: String) {
    let lines = lines(mail(subject))
    let head = lines.prefix { !$0.isEmpty }
    let names = head.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
    #expect(
      names == [
        "Date", "From", "To", "Subject", "Message-ID", "Tickwire-Key", "Auto-Submitted",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
      ])
    #expect(lines.allSatisfy { $0.utf8.count <= 998 && $0.utf8.allSatisfy { $0 < 128 } })
    #expect(lines.drop { !$0.isEmpty }.filter { !$0.isEmpty } == ["w6kNCi4NCg=="])
  }

  @Test(
    "an address is one",
    arguments: [
      ("a@b", true), ("a.b+c@example.com", true), ("a", false), ("a@", false), ("@b", false),
      ("a@b@c", false), ("a b@c", false), ("a@b\r\nRCPT TO:<x@y>", false), ("<a@b>", false),
    ])
  func address(text: String, isAddress: Bool) {
    #expect(MailMessage.isAddress(text) == isAddress)
  }
}
