import EngineCore
import Testing

@testable import enginectl

@Suite("The picture of top")
struct TopViewTests {
  private func sample(cpu: Int, uptime: Int, seq: Int) throws -> TopSample {
    TopSample(try JSONReader().read(Canned.stats(cpu: cpu, uptime: uptime, seq: seq)))
  }

  @Test("rates are taken between two samples")
  func golden() throws {
    let before = try sample(cpu: 1_000_000_000, uptime: 190_000_000_000, seq: 1_000_000)
    let now = try sample(cpu: 1_500_000_000, uptime: 192_000_000_000, seq: 1_234_567)
    #expect(
      TopView.lines(now, before: before, style: .plain) == [
        "tickwire 0.1.0  pid 4711  up 3m 12s",
        "cpu 25.0%  memory 24.5 MiB  threads 7  events/s 117k  seq 1,234,567",
        "3 plugins: 1 running, 1 paused, 1 backoff",
        "",
        "PLUGIN  TYPE       STATE    IN/S  OUT/S  LAG  HELD     P50     P99  DROPPED  REFUSED  "
          + "RESTARTS",
        "sim     generator  running     0    10k    -     0       -       -        0        0  "
          + "       0",
        "probe   probe      paused    10k      0  40k     0  1.25µs  12.3ms       32        0  "
          + "       2",
        "replay  replay     backoff     0      0    -     0       -       -        0        0  "
          + "       3",
        "",
        "SUBSCRIPTION  POLICY       LAG  DELIVERED  DROPPED  CONFLATED",
        "probe         drop-oldest  40k       1.2M       32          0",
        "tap-1         conflate       0        512        0         99",
      ])
  }

  @Test("without an earlier sample rates are those since the start")
  func first() throws {
    let now = try sample(cpu: 1_500_000_000, uptime: 3_000_000_000, seq: 3000)
    #expect(
      TopView.lines(now, before: nil, style: .plain)[1]
        == "cpu 50.0%  memory 24.5 MiB  threads 7  events/s 1k  seq 3,000")
  }

  @Test("no line is wider than the terminal", arguments: [20, 40, 60, 79, 80, 120])
  func widths(columns: Int) throws {
    let now = try sample(cpu: 1, uptime: 2, seq: 3)
    for line in TopView.lines(now, before: nil, style: Style(hasColours: false, width: columns)) {
      #expect(PlainText.width(line) <= columns)
    }
  }

  @Test("a picture that is too high says what is missing")
  func fitted() {
    #expect(TopView.fitted(["a", "b", "c", "d"], rows: 3) == ["a", "b", "… 2 more lines"])
    #expect(TopView.fitted(["a", "b"], rows: 2) == ["a", "b"])
    #expect(TopView.fitted(["a", "b"], rows: 1) == ["a"])
  }

  @Test("a frame overwrites in place and clears what was left")
  func frame() {
    #expect(Screen.frame(["a", "b"]) == "\u{1B}[Ha\u{1B}[K\r\nb\u{1B}[K\u{1B}[J")
  }
}
