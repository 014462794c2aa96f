import AlertRules
import EngineCore
import Testing

/// Rules that are refused, each with the exact words.
@Suite("Wrong rules")
struct WrongRulesTests {
  static let names = AlertNames(
    instruments: ["EURUSD", "GBPUSD", "BTCUSD", "BRK.B"],
    specs: ["1m", "1h"].compactMap { try? BarSpec(parsing: $0) }, channels: ["ops", "mail"])

  static let texts: [String] = [
    "", "price(EURUSD)", "price(EURUSD) >", "price(EURUDS) > 1", "prise(EURUSD) > 1",
    "price EURUSD > 1", "price(EURUSD > 1", "price(EURUSD) > 1 and", "price(EURUSD) = 1",
    "price(EURUSD) > 1 && mid(EURUSD) > 1", "price(EURUSD) > 1 AND mid(EURUSD) > 1",
    "price(EURUSD) crosses abov 1.1", "price(EURUSD) crosses above", "change(EURUSD, 5m) > 2",
    "change(EURUSD) > 2%", "change(EURUSD, 5) > 2%", "change(EURUSD, 0s) > 2%",
    "change(EURUSD, 400d) > 2%", "change(EURUSD, 5m, med) > 2%", "price(EURUSD) > 2%",
    "price(EURUSD) > high(EURUSD, 1h)", "high(EURUSD, 1h) > 1", "rsi(EURUSD, 1m, 14) > 170",
    "sma(EURUSD, 3m, 20) > 1", "sma(EURUSD, 1q, 20) > 1", "sma(EURUSD, 1m, 0) > 1",
    "sma(EURUSD, 1m, 5000) > 1", "bar(EURUSD, 1m) > 1", "bar(EURUSD, 1m).clos > 1",
    "mean(price(EURUSD), 20) > 1", "zscore(volume(EURUSD, 1m), 1) > 3", "stale(EURUSD)",
    "stale(EURUSD) for 0s", "price([EURUSD, EURUSD]) > 1",
    "price(EURUSD) > 1 and price(GBPUSD) > 1", "price(EURUSD) > 1.0000000001",
    "price(EURUSD) > 10000000000", "1 < 2", "price(EURUSD) > 1 > 0",
    "price(EURUSD) + volume(EURUSD, 1m) > 1", "price(EURUSD) * price(EURUSD) > 1",
    "bar(EURUSD, 1m).count > 1.5", "price(EURUSD) / 0 > 1", "price(\"EURUSD) > 1",
    "not price(EURUSD)", "price(EURUSD) > 5m", "EURUSD > 1.1", "price(EURUSD) ; 1",
    "volume(EURUSD, 1m) < 0",
  ]

  static func message(_ text: String) -> String {
    do throws(AlertFault) {
      return "taken as: \(try AlertCondition(parsing: text, names: names))"
    } catch {
      return "\(error)"
    }
  }

  @Test("a wrong condition is refused with the exact place and words")
  func golden() {
    for text in Self.texts {
      let message = Self.message(text)
      let expected = Self.expected[text]
      #expect(message == expected, "GOLD \(text) ||| \(message)")
    }
  }

  @Test("all faults of a rule come at once, with their keys")
  func settings() {
    var rule = AlertRule(id: "bad id!", when: "price(EURUSD) crosses 1.1")
    rule.clear = "price(GBPUSD) < 1"
    rule.hold = 5_000_000_000
    rule.cooldown = -1
    rule.repeatEvery = 1_000_000
    rule.notify = ["ops", "mial", "ops"]
    rule.message = "{symbol} at {valeu}"
    rule.owner = ""
    let faults = #expect(throws: AlertFaults.self) {
      try CompiledAlertRule(rule, names: Self.names)
    }
    #expect(
      faults?.faults.map(\.description) == [
        "message:13: expected one of {rule}, {symbol}, {value}, {threshold}, {time}, {state}, {severity}, {generation}, {suppressed}, {condition}, found \"{valeu}\"; did you mean \"{value}\"?",
        "id: expected 1 to 64 letters, digits, \"-\", \"_\" and \".\", found \"bad id!\"",
        "clear: expected the instruments of \"when\": EURUSD, found GBPUSD",
        "for: expected no duration: what \"when\" says is true for one event only, found 5s",
        "cooldown: expected a duration from 0s to 366d, found -1ns",
        "repeat: expected a duration of 1s or more, found 1ms",
        "notify: expected each channel once, found ops, mial, ops",
        "notify: expected a known channel, found \"mial\"; did you mean \"mail\"?",
        "owner: expected a name of 1 to 128 characters, found 0",
      ])
    let first = faults?.description.split(separator: "\n").first
    #expect(first?.hasPrefix("rule \"bad id!\": message:13: expected one of {rule}, ") == true)
  }
}
