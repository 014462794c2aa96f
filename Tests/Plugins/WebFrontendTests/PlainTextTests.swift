import EngineCore
import Testing

@testable import WebFrontend

@Suite("Dates and figures as text")
struct PlainTextTests {
  @Test(
    "dates are as HTTP writes them",
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ] as [(Int64, String)])
  func dates(second: Int64, text: String) {
    #expect(HTTPDate.text(Timestamp(nanoseconds: second * 1_000_000_000)) == text)
  }

  @Test("labels are escaped")
  func labels() {
    var out = PrometheusText()
    out.begin("a_total", .counter, "Help.")
    out.sample(3, ["name": "a\"b\\c\nd"])
    out.sample(seconds: 1_500_000_000)
    #expect(
      out.text == """
        # HELP a_total Help.
        # TYPE a_total counter
        a_total{name="a\\"b\\\\c\\nd"} 3
        a_total 1.5

        """)
  }
}
