import EngineCore
import Notifications
import Testing

/// Quiet hours by the clocks of a place.
@Suite("Quiet hours")
struct QuietHoursTests {
  private func time(_ text: String) throws -> Timestamp {
    Timestamp(nanoseconds: try #require(TimeText.parse(text)))
  }

  private func seconds(_ text: String) throws -> Int {
    try #require(QuietHours.seconds(parsing: text))
  }

  /// One hour ahead of UTC in winter, two in summer, as in Zurich in 2026.
  private let zone = ZoneRules(
    firstOffset: 3600,
    transitions: [
      ZoneRules.Transition(time: 1_774_746_000, offset: 7200),
      ZoneRules.Transition(time: 1_792_890_000, offset: 3600),
    ])

  @Test(
    "they end when clocks there show it",
    arguments: [
      ("2026-01-05T20:59:59Z", nil), ("2026-01-05T21:00:00Z", "2026-01-06T06:00:00Z"),
      ("2026-01-06T05:59:59Z", "2026-01-06T06:00:00Z"), ("2026-01-06T06:00:00Z", nil),
      ("2026-07-05T20:30:00Z", "2026-07-06T05:00:00Z"),
      // The night in which clocks are put forward, and the one in which they are put back.
      ("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"),
      ("2026-10-24T22:00:00Z", "2026-10-25T06:00:00Z"),
    ] as [(String, String?)])
  func end(now: String, end: String?) throws {
    let hours = QuietHours(
      from: try seconds("22:00"), to: try seconds("07:00"), zone: zone, except: .critical)
    let expected = try end.map { try time($0) }
    #expect(hours.end(at: try time(now), for: .warning) == expected)
    #expect(hours.end(at: try time(now), for: .critical) == nil)
  }

  @Test("hours of one day do not reach into the next")
  func sameDay() throws {
    let hours = QuietHours(
      from: try seconds("12:00"), to: try seconds("13:00"), zone: .utc, except: nil)
    #expect(
      hours.end(at: try time("2026-01-05T12:30:00Z"), for: .critical)
        == (try time("2026-01-05T13:00:00Z")))
    #expect(hours.end(at: try time("2026-01-05T13:00:00Z"), for: .info) == nil)
  }

  @Test(
    "a time of day is two digits each", arguments: ["7:00", "25:00", "12:60", "12", "24:01", ""])
  func wrong(text: String) { #expect(QuietHours.seconds(parsing: text) == nil) }
}
