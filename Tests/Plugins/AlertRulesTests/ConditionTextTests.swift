import AlertRules
import EngineCore
import Testing

/// Conditions as texts: what is taken, and how it is written again.
@Suite("Conditions as text")
struct ConditionTextTests {
  @Test(
    "a condition is written in one way",
    arguments: [
      ("price(EURUSD) crosses above 1.0950", "price(EURUSD) crosses above 1.095"),
      ("last(EURUSD)>1", "price(EURUSD) > 1"),
      ("spread(*) > 0.0005", "spread(*) > 0.0005"),
      ("change(BTCUSD, 5m) >= 2%", "change(BTCUSD, 5m) >= 2%"),
      ("change(BTCUSD, 300s, mid) >= -2%", "change(BTCUSD, 5m, mid) >= -2%"),
      ("high(EURUSD, 1h) or low(EURUSD,1h)", "high(EURUSD, 1h) or low(EURUSD, 1h)"),
      (
        "volume(X, 1m) > 3 * mean(volume(X,1m), 20)",
        "volume(X, 1m) > 3 * mean(volume(X, 1m), 20)"
      ),
      ("zscore(bar(X, 1m).volume, 20) > 3", "zscore(volume(X, 1m), 20) > 3"),
      (
        "sma(EURUSD, 1m, 20) crosses over sma(EURUSD, 1m, 50)",
        "sma(EURUSD, 1m, 20) crosses above sma(EURUSD, 1m, 50)"
      ),
      ("rsi(EURUSD, 1m, 14) > 70", "rsi(EURUSD, 1m, 14) > 70"),
      ("stale(EURUSD) for 30s", "stale(EURUSD) for 30s"),
      (
        "stale(EURUSD, 30s) and not price(EURUSD)<1",
        "stale(EURUSD) for 30s and not price(EURUSD) < 1"
      ),
      ("bar([A,B], 1h@mid~fx17).close > 1.1", "bar([A, B], 1h@mid~fx17).close > 1.1"),
      (
        "bar(X, 1m).gap > 0.5 and bar(X, 1m).count == 7",
        "bar(X, 1m).gap > 0.5 and bar(X, 1m).count == 7"
      ),
      (
        "((price(X) > 1 or price(X) < 0)) and mid(X) > 1",
        "(price(X) > 1 or price(X) < 0) and mid(X) > 1"
      ),
      ("distance(price(X), vwap(X, 1m, 20)) > 1%", "distance(price(X), vwap(X, 1m, 20)) > 1%"),
      ("abs(price(X) - sma(X, 1m, 5)) > 2 * -1 + 3", "abs(price(X) - sma(X, 1m, 5)) > 2 * -1 + 3"),
      ("price(\"BRK B\") > 1", "price(\"BRK B\") > 1"),
      ("price(BRK.B)-1>price(\"BRK.B\")*101%", "price(BRK.B) - 1 > price(BRK.B) * 101%"),
      (
        "price(6E) crosses 1.1 and price(6E) >= vwap(6E, 1m)",
        "price(6E) crosses 1.1 and price(6E) >= vwap(6E, 1m)"
      ),
    ])
  func canonical(text: String, written: String) throws {
    let condition = try AlertCondition(parsing: text)
    #expect(condition.description == written)
    #expect(try AlertCondition(parsing: condition.description) == condition)
  }
}

extension ConditionTextTests {
  @Test("parsing what is written gives the same condition", arguments: 0..<400)
  func roundTrip(seed: UInt64) throws {
    var random = RandomConditions(seed: seed)
    let expression = random.condition(4)
    let text = expression.description
    do {
      let parsed = try AlertCondition(parsing: text)
      let isSame = parsed.expression == expression
      #expect(isSame, "\(text) became \(parsed)")
    } catch {
      // Of random conditions some are longer than the limits allow, or can never be true.
      let isLimit = ["at most", "can become true"].contains { error.expected.contains($0) }
      #expect(isLimit, "\(text): \(error)")
    }
  }

  @Test("no text, however broken, does more than be refused", arguments: 0..<200)
  func noise(seed: UInt64) {
    var random = RandomConditions(seed: seed)
    var scalars = Array(random.condition(3).description.unicodeScalars)
    for _ in 0..<3 {
      let index = Int(random.random.next() % UInt64(max(scalars.count, 1)))
      switch random.random.next() % 3 {
      case 0 where !scalars.isEmpty: scalars.remove(at: index)
      case 1: scalars.insert(random.pick(Array("()[],.*+-/<>=!\"%1az ".unicodeScalars)), at: index)
      default: if !scalars.isEmpty { scalars.swapAt(index, scalars.count / 2) }
      }
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    let text = String(view)
    do throws(AlertFault) {
      let condition = try AlertCondition(parsing: text)
      #expect((try? AlertCondition(parsing: condition.description)) == condition, "\(text)")
    } catch {
      #expect(error.column >= 1 && error.column <= scalars.count + 1, "\(text): \(error)")
    }
  }

  @Test("nesting and length have limits")
  func limits() {
    let deep =
      String(repeating: "(", count: 40) + "price(X) > 1" + String(repeating: ")", count: 40)
    let nested = #expect(throws: AlertFault.self) { try AlertCondition(parsing: deep) }
    #expect(nested?.description == "when:33: expected at most 32 levels of nesting, found more")
    let long = Array(repeating: "price(X) > 1", count: 100).joined(separator: " or ")
    let wide = #expect(throws: AlertFault.self) { try AlertCondition(parsing: long) }
    #expect(wide?.expected == "at most 128 values and operators")
    let text = "price(X) > 1" + String(repeating: " ", count: 5000)
    #expect(throws: AlertFault.self) { try AlertCondition(parsing: text) }
  }
}
