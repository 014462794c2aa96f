import EngineCore
import Notifications
import Testing

/// Keys, signatures, statuses and waits.
@Suite("Messages")
struct MessageTests {
  @Test("a signature is what openssl computes")
  func signature() {
    let value = WebhookSignature.value(
      Array(#"{"a":1}"#.utf8), secret: "key!",
      at: Timestamp(nanoseconds: 1_700_000_000_900_000_000))
    #expect(
      value == "t=1700000000,v1=754600f0c0f1fa024b424cd122b47cf5a591cf57c1b3e76a0c726fee41eebaa0")
  }

  @Test("the key of a group names its members, whatever their order")
  func groupKey() {
    func key(_ keys: [String]) -> String {
      NotificationMessage(
        channel: "ops", entries: keys.map { Samples.entry(key: $0) }, time: Samples.start
      ).key
    }
    #expect(key(["a", "b"]) == key(["b", "a"]))
    #expect(key(["a", "b"]) != key(["a", "c"]))
    #expect(key(["ab", "c"]) != key(["a", "bc"]))
    #expect(key(["a"]) == "a@ops")
  }

  @Test(
    "a status means what it says",
    arguments: [
      (200, "delivered"), (204, "delivered"), (301, "refused"), (400, "refused"), (404, "refused"),
      (408, "failed"), (425, "failed"), (429, "failed"), (500, "failed"), (503, "failed"),
      (599, "failed"),
    ])
  func status(status: Int, name: String) {
    let result = HTTPVerdict.result(
      status: status, retryAfter: nil, body: "x\r\ny", now: Samples.start)
    #expect(result.name == name)
    #expect(!result.detail.contains("\n"))
  }

  @Test(
    "a receiver says how long to wait in seconds or by a date",
    arguments: [
      ("120", 120_000_000_000), ("0", 0), ("99999999999999999999", Int64.max),
      ("Thu, 01 Jan 2026 00:01:00 GMT", 60_000_000_000), ("Thu, 01 Jan 2015 00:01:00 GMT", 0),
      ("soon", nil), ("-1", nil), ("Thu, 99 Jan 2026 00:01:00 GMT", nil),
    ] as [(String, Int64?)])
  func retryAfter(text: String, nanos: Int64?) {
    #expect(RetryAfter.nanos(text, now: Samples.start) == nanos)
  }

  @Test("waits double up to the longest, and never are nothing", arguments: 0..<50 as Range<UInt64>)
  func backoff(seed: UInt64) {
    let backoff = Backoff(firstNanos: 1000, mostNanos: 60_000)
    var random = SeededRandom(seed: seed)
    for failures in [1, 2, 3, 10, 1_000_000] {
      let wait = backoff.wait(failures: failures, random: &random)
      let ceiling: Int64 = [1: 1000, 2: 2000, 3: 4000][failures] ?? 60_000
      #expect(backoff.ceiling(failures: failures) == ceiling)
      #expect((ceiling / 10...ceiling).contains(wait))
    }
  }

  @Test(
    "a rate is a number and a period",
    arguments: [
      ("30 per 1m", true), ("1 per 1s", true), ("0 per 1s", false), ("30", false),
      ("30 per", false), ("30 per x", false), ("5 per 400d", false),
    ])
  func rate(text: String, isRate: Bool) {
    #expect((SendingRate(parsing: text) != nil) == isRate)
  }

  @Test(
    "an address has a host and no password",
    arguments: [
      ("https://a.example/x?y=1", true), ("http://127.0.0.1:80", true), ("http://[::1]:80/", true),
      ("https://u:p@a/", false), ("ftp://a", false), ("https://", false), ("https://a b", false),
      ("https://a:99999/", false), ("https://a/\r\nX: 1", false),
    ])
  func address(text: String, isAddress: Bool) { #expect((WebURL(text) != nil) == isAddress) }

  @Test("Base 64 is that of RFC 4648")
  func base64() {
    let pairs = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (text, encoded) in pairs { #expect(Base64.text(Array(text.utf8)) == encoded) }
  }
}
