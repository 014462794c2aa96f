extension WrongRulesTests {
  /// What is said about each.
  static let expected: [String: String] = [
    "":
      "when:1: expected a value such as price(EURUSD) or 1.095, found the end",
    "price(EURUSD)":
      "when:1: expected a condition such as price(EURUSD) > 1.1, found a price: price(EURUSD); did you mean \"price(EURUSD) > …\"?",
    "price(EURUSD) >":
      "when:16: expected a value such as price(EURUSD) or 1.095, found the end",
    "price(EURUDS) > 1":
      "when:7: expected a known instrument, found \"EURUDS\"; did you mean \"EURUSD\"?",
    "prise(EURUSD) > 1":
      "when:1: expected a function, found \"prise\"; did you mean \"price\"?",
    "price EURUSD > 1":
      "when:7: expected \"(\" as in price(EURUSD), found \"EURUSD\"",
    "price(EURUSD > 1":
      "when:14: expected \")\" as in price(EURUSD), found \">\"",
    "price(EURUSD) > 1 and":
      "when:22: expected a value such as price(EURUSD) or 1.095, found the end",
    "price(EURUSD) = 1":
      "when:15: expected a comparison, found \"=\"; did you mean \"==\"?",
    "price(EURUSD) > 1 && mid(EURUSD) > 1":
      "when:19: expected an operator, found \"&\"; did you mean \"and\"?",
    "price(EURUSD) > 1 AND mid(EURUSD) > 1":
      "when:19: expected an operator such as \"and\" or \">\", or the end, found \"AND\"; did you mean \"and\"?",
    "price(EURUSD) crosses abov 1.1":
      "when:23: expected \"above\", \"below\" or a value after \"crosses\", found \"abov\"; did you mean \"above\"?",
    "price(EURUSD) crosses above":
      "when:28: expected a value such as price(EURUSD) or 1.095, found the end",
    "change(EURUSD, 5m) > 2":
      "when:22: expected a percentage such as 2%, found 2; did you mean \"2%\"?",
    "change(EURUSD) > 2%":
      "when:14: expected \",\" and another argument, as in change(EURUSD, 5m), found \")\"",
    "change(EURUSD, 5) > 2%":
      "when:16: expected a duration such as 5m, found \"5\"; did you mean \"5s\"?",
    "change(EURUSD, 0s) > 2%":
      "when:16: expected a window from 1ms to 31d, found \"0s\"",
    "change(EURUSD, 400d) > 2%":
      "when:16: expected a window from 1ms to 31d, found \"400d\"",
    "change(EURUSD, 5m, med) > 2%":
      "when:20: expected one of last, bid, ask, mid, spread, found \"med\"; did you mean \"mid\"?",
    "price(EURUSD) > 2%":
      "when:17: expected a price such as 1.095, found a percentage: 2%",
    "price(EURUSD) > high(EURUSD, 1h)":
      "when:17: expected a value, found a condition: high(EURUSD, 1h); did you mean \"highest(EURUSD, 1h)\"?",
    "high(EURUSD, 1h) > 1":
      "when:1: expected a value, found a condition: high(EURUSD, 1h); did you mean \"highest(EURUSD, 1h)\"?",
    "rsi(EURUSD, 1m, 14) > 170":
      "when:23: expected a comparison that can become true, as rsi(EURUSD, 1m, 14) is from 0 to 100, found \"> 170\"",
    "sma(EURUSD, 3m, 20) > 1":
      "when:13: expected bars that are made: 1m, 1h, found \"3m\"",
    "sma(EURUSD, 1q, 20) > 1":
      "when:13: expected bars such as 1m: a unit of ms, s, m, h, d, w, M, t, v, n or r, found \"1q\"",
    "sma(EURUSD, 1m, 0) > 1":
      "when:17: expected a number of bars from 1 to 1000, found \"0\"",
    "sma(EURUSD, 1m, 5000) > 1":
      "when:17: expected a number of bars from 1 to 1000, found \"5000\"",
    "bar(EURUSD, 1m) > 1":
      "when:17: expected \".\" and one of open, high, low, close, volume, count, range, gap, change, vwap, found \">\"",
    "bar(EURUSD, 1m).clos > 1":
      "when:17: expected one of open, high, low, close, volume, count, range, gap, change, vwap, found \"clos\"; did you mean \"close\"?",
    "mean(price(EURUSD), 20) > 1":
      "when:6: expected a value of bars such as volume(EURUSD, 1m), found \"price(EURUSD)\"",
    "zscore(volume(EURUSD, 1m), 1) > 3":
      "when:28: expected a number of bars from 2 to 1000, found \"1\"",
    "stale(EURUSD)":
      "when:14: expected \"for\" and a duration, as in stale(EURUSD) for 30s, found the end",
    "stale(EURUSD) for 0s":
      "when:19: expected a duration above 0 and at most 366d, found \"0s\"",
    "price([EURUSD, EURUSD]) > 1":
      "when:16: expected each instrument once, found \"EURUSD\"",
    "price(EURUSD) > 1 and price(GBPUSD) > 1":
      "when:23: expected the same instruments in all of a rule: EURUSD, found GBPUSD",
    "price(EURUSD) > 1.0000000001":
      "when:17: expected a number with at most 9 decimals, found \"1.0000000001\"",
    "price(EURUSD) > 10000000000":
      "when:17: expected a number below 9223372036.854775808, found \"10000000000\"",
    "1 < 2":
      "when:1: expected something that can change on one side, found two constants",
    "price(EURUSD) > 1 > 0":
      "when:19: expected \"and\" between two comparisons, found \">\"",
    "price(EURUSD) + volume(EURUSD, 1m) > 1":
      "when:17: expected values of one type around \"+\", found a price and a size",
    "price(EURUSD) * price(EURUSD) > 1":
      "when:17: expected a number or a percentage on one side of \"*\", found a price and a price",
    "bar(EURUSD, 1m).count > 1.5":
      "when:25: expected a whole number to compare a count with, found 1.5",
    "price(EURUSD) / 0 > 1":
      "when:17: expected a divisor other than 0, found 0",
    "price(\"EURUSD) > 1":
      "when:7: expected a closing quote, found the end",
    "not price(EURUSD)":
      "when:5: expected a condition such as price(EURUSD) > 1.1, found a price: price(EURUSD); did you mean \"price(EURUSD) > …\"?",
    "price(EURUSD) > 5m":
      "when:17: expected a value; a duration stands only within parentheses and after \"stale(…) for\", found \"5m\"",
    "EURUSD > 1.1":
      "when:1: expected a value such as price(EURUSD) or 1.095, found \"EURUSD\"; did you mean \"price(EURUSD)\"?",
    "price(EURUSD) ; 1":
      "when:15: expected a condition such as price(EURUSD) > 1.1, found \";\"",
    "volume(EURUSD, 1m) < 0":
      "when:22: expected a comparison that can become true, as volume(EURUSD, 1m) is 0 or more, found \"< 0\"",
  ]
}
