import EngineCore
import Testing

@testable import enginectl

@Suite("Event lines")
struct EventLinesTests {
  private func lines(_ events: [String], style: Style = .plain) throws -> [String] {
    var lines = EventLines(style: style)
    return try events.map { lines.line(try JSONReader().read($0)) }
  }

  @Test("each kind has its line, and columns grow with what comes")
  func golden() throws {
    #expect(
      try lines([
        Canned.trade, Canned.quote, Canned.secondTrade, Canned.trade, Canned.gap, Canned.status,
        Canned.bar,
      ]) == [
        "12:34:56.789   1234567  trade.EURUSD  1.0841  size 100000  buy  sim",
        "12:34:56.790   1234568  quote.EURUSD  1.08408  / 1.0841  size 2500000  × 1000000  sim",
        "12:34:56.800   1234569  trade.\"BRK.B\"  612345.123456789  size      -  -    sim  "
          + "[receipt_time]",
        "12:34:56.789   1234567  trade.EURUSD        1.0841       size 100000  buy  sim",
        "12:34:57.000         -  gap.tap-1      GAP: 1,032 events lost (overrun), "
          + "1234570 … 1235601",
        "12:34:57.100   1235602  status.plugin.replay  running → backoff  no such file",
        "12:35:00.000   1235603  bar.EURUSD.1m         O 1.0840  H 1.0845  L 1.08395  C 1.0841  "
          + "V 12500000  n 120  closed",
      ])
  }

  @Test("digits of a price are those that came, beyond what a double holds")
  func exact() throws {
    let event = Canned.trade.replacing("1.0841", with: "9223372036.854775807")
    #expect(try lines([event])[0].contains("  9223372036.854775807  "))
  }

  @Test("a gap stands out in colour, and a failed plugin is red")
  func colours() throws {
    let style = Style(hasColours: true, width: nil)
    #expect(try lines([Canned.gap], style: style)[0].contains("\u{1B}[1;31mGAP: 1,032"))
    let failed = Canned.status.replacing("\"backoff\"", with: "\"failed\"")
    #expect(try lines([failed], style: style)[0].contains("\u{1B}[31mrunning → failed"))
  }

  @Test("a conflated trade shows the range it stands for")
  func conflated() throws {
    let event = """
      {"seq":9,"kind":"trade","time":"2026-01-02T00:00:00Z","symbol":"A","price":2,"size":1,
       "side":"sell","range":{"first":1,"high":3,"low":0.5,"last":2,"volume":40,"count":12},
       "flags":["conflated"]}
      """
    #expect(
      try lines([event])[0]
        == "00:00:00.000         9  trade.A       2  size 1  sell  -  "
        + "12 trades, 0.5 … 3, volume 40  [conflated]")
  }

  @Test("a symbol cannot write to the terminal")
  func hostile() throws {
    let event = Canned.trade.replacing("EURUSD", with: "\\u001b]0;owned\\u0007")
    let line = try lines([event])[0]
    #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }

  @Test(
    "the other kinds are shown by their fields",
    arguments: [
      (
        #"{"seq":1,"kind":"alert","rule":"r1","symbol":"X","state":"firing","value":2.5,"#
          + #""threshold":2,"reason":"above"}"#,
        "--:--:--.---         1  alert.r1      firing  X  2.5  against 2  above"
      ),
      (
        #"{"seq":2,"kind":"correction","symbol":"X","target":7,"cancel":true,"#
          + #""old_price":1.5,"old_size":3}"#,
        "--:--:--.---         2  correction.X  of 7  1.5 size 3 → cancelled"
      ),
      (
        #"{"seq":3,"kind":"definition","namespace":"instrument","id":4,"name":"X","#
          + #""price_precision":5}"#,
        "--:--:--.---         3  definition.instrument.X  id 4  5 decimals"
      ),
      (
        #"{"seq":4,"kind":"watermark","scope":"spec","subject":"1m","#
          + #""end":"2026-01-02T00:01:00Z","bars":9}"#,
        "--:--:--.---         4  watermark.1m  complete to 2026-01-02T00:01:00Z  bars 9"
      ),
      (
        #"{"seq":5,"kind":"command","plugin":"replay","command":"seek"}"#,
        "--:--:--.---         5  command.replay  seek"
      ),
      (#"{"seq":6,"kind":"time","time":"2026-01-02T00:01:00Z"}"#, "00:01:00.000         6  time"),
      (
        #"{"seq":7,"kind":"novel","symbol":"X","depth":[1,2]}"#,
        "--:--:--.---         7  novel.X       depth [1,2]"
      ),
    ])
  func others(event: String, line: String) throws {
    #expect(try lines([event]) == [line])
  }
}
