import EngineCore
import Testing

@testable import Notify

/// What is wrong with a channel is told where it stands.
@Suite("Settings of channels")
struct SettingsTests {
  private func faults(_ channels: String) -> [String] {
    do throws(ConfigurationError) {
      _ = try NotifyStage.configuration(channels)
      return []
    } catch {
      return error.faults.map { "\($0.path): expected \($0.expected), found \($0.found)" }
    }
  }

  @Test("a channel leads to one place")
  func target() {
    let none = faults(#"{"name":"a"}"#)
    #expect(none.count == 1 && none[0].hasSuffix("found none of them"), "\(none)")
    let two = faults(#"{"name":"a","log":{"file":"f"},"webhook":{"url":"http://a/"}}"#)
    #expect(two.count == 1 && two[0].hasSuffix("found webhook and log"), "\(two)")
  }

  @Test("names are there once")
  func names() {
    let found = faults(#"{"name":"a","log":{"file":"f"}},{"name":"a","log":{"file":"g"}}"#)
    #expect(found.first?.contains("the name of channels[0]") == true, "\(found)")
  }

  @Test("a template is checked, with its place")
  func template() {
    let text = faults(#"{"name":"a","log":{"file":"f","text":"x {rul}"}}"#)
    #expect(text.first?.contains(".channels[0].log.text:3: ") == true, "\(text)")
    let json = faults(#"{"name":"a","webhook":{"url":"http://a/","template":{"b":["{x}"]}}}"#)
    #expect(json.first?.contains("in .b[0] ") == true, "\(json)")
  }

  @Test(
    "headers that say what a message is are not for others",
    arguments: ["Content-Length", "idempotency-key", "Host", "bad name", "X:"])
  func headers(name: String) {
    #expect(
      !faults(#"{"name":"a","webhook":{"url":"http://a/","headers":{"\#(name)":"1"}}}"#).isEmpty)
  }

  @Test(
    "mail to another machine is encrypted", .enabled(if: MailCall.missing == nil),
    arguments: [
      (#""server":"mail.example.com:25","encryption":"none""#, false),
      (#""server":"127.0.0.1:25","encryption":"none""#, true),
      (#""server":"127.0.0.1:25","encryption":"none","user":"u","password":"p""#, false),
      (#""server":"mail.example.com:587""#, true), (#""server":"mail.example.com""#, false),
      (#""server":"mail.example.com:587","user":"u""#, false),
    ])
  func mail(members: String, isAccepted: Bool) {
    let found = faults(
      #"{"name":"a","email":{\#(members),"from":"a@b.c","to":["d@e.f"]}}"#)
    #expect(found.isEmpty == isAccepted, "\(found)")
  }

  @Test("secrets are masked in what is shown of the settings")
  func secrets() throws {
    let configuration = try NotifyStage.configuration(
      #"{"name":"a","webhook":{"url":"http://a/","secret":"${HOOK_SECRET}","headers":{"A":"plain-secret"}}}"#
    )
    let shown = configuration.plugins.map { $0.canonicalConfig }.joined()
    #expect(!shown.contains("s3cret-of-hooks") && !shown.contains("plain-secret"))
  }
}
