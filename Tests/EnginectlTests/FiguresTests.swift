import Testing

@testable import enginectl

@Suite("Figures")
struct FiguresTests {
  @Test(
    "counts are grouped by thousands",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345"),
      (Int64.min, "-9,223,372,036,854,775,808"),
    ])
  func grouped(value: Int64, text: String) {
    #expect(Figures.grouped(value) == text)
  }

  @Test(
    "short numbers have at most four digits and a unit",
    arguments: [
      (0, "0"), (0.25, "0.25"), (12.34, "12.3"), (950, "950"), (999.4, "999"), (999.6, "1k"),
      (12_345, "12.3k"), (1_254_000, "1.25M"), (999_600, "1M"), (2.5e9, "2.5G"), (-1500, "-1.5k"),
      (Double.nan, "-"), (Double.infinity, "-"),
    ])
  func short(value: Double, text: String) {
    #expect(Figures.short(value) == text)
  }

  @Test(
    "rates are exact up to a thousand and whole above",
    arguments: [(0, "0"), (9.999, "10"), (12.34, "12.3"), (1234.5, "1,235"), (1e16, "-")])
  func rate(value: Double, text: String) {
    #expect(Figures.rate(value) == text)
  }

  @Test(
    "durations show their two largest units",
    arguments: [
      (0, "0ns"), (950, "950ns"), (1_254, "1.25µs"), (12_345_000, "12.3ms"),
      (2_500_000_000, "2.5s"), (192_000_000_000, "3m 12s"), (7_380_000_000_000, "2h 3m"),
      (273_600_000_000_000, "3d 4h"), (-192_000_000_000, "-3m 12s"),
    ])
  func duration(nanos: Int64, text: String) {
    #expect(Figures.duration(nanos) == text)
  }

  @Test("an age is in whole seconds and never negative")
  func age() {
    #expect(Figures.age(-5) == "0s")
    #expect(Figures.age(59_900_000_000) == "59s")
    #expect(Figures.age(61_000_000_000) == "1m 1s")
  }

  @Test(
    "bytes have binary units",
    arguments: [
      (0, "0 B"), (512, "512 B"), (25_690_112, "24.5 MiB"), (1 << 30, "1 GiB"),
      (3 << 40, "3 TiB"),
    ])
  func bytes(value: Int64, text: String) {
    #expect(Figures.bytes(value) == text)
  }

  @Test("a share is a percentage with one decimal")
  func percent() {
    #expect(Figures.percent(0.1234) == "12.3%")
    #expect(Figures.percent(1.5) == "150.0%")
    #expect(Figures.percent(.nan) == "-")
  }
}
