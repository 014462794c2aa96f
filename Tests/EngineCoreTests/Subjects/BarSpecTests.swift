import EngineCore
import Testing

@Suite("Bar specs")
struct BarSpecTests {
  @Test(
    "a spec is read, and written as short as it can be",
    arguments: [
      ("1m", "1m"), ("250ms", "250ms"), ("1M", "1M"), ("4h~XNYS", "4h~XNYS"), ("100t", "100t"),
      ("5000v", "5000v"), ("0.5v", "0.5v"), ("1e6n", "1e6n"), ("1000000n", "1e6n"),
      ("2500000n", "2500000n"), ("10r@bid", "10r@bid"), ("1d@last~utc", "1d"),
      ("1d@mid~Asia/Tehran+17:00", "1d@mid~Asia/Tehran+17:00"), ("1d~utc+22:00", "1d~utc+22:00"),
    ])
  func reading(text: String, written: String) throws {
    let spec = try BarSpec(parsing: text)
    #expect(spec.description == written)
    #expect(try BarSpec(parsing: written) == spec)
  }

  @Test(
    "a text that is no spec is told what is expected",
    arguments: [
      ("", "a number first"), ("m", "a number first"), ("0m", "a whole number"),
      ("1.5m", "a whole number"), ("1x", "a unit of"), ("1m@open", "one of last, bid, ask, mid"),
      ("1d~", "a calendar after"), ("0v", "an amount above 0"),
      ("0.0000000001v", "at most 9 decimals"),
      ("9999999999s", "a whole number"), ("10001d", "from 1 to 10000"), ("1m ", "a unit of"),
      ("-1m", "a number first"),
      ("1e99n", "a decimal number"), ("1d~a~b", "a calendar after"),
    ])
  func faults(text: String, expected: String) {
    let error = #expect(throws: BarSpecError.self) { try BarSpec(parsing: text) }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }
}
