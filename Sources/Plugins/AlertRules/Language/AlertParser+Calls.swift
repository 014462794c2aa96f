internal import EngineCore

/// Functions and their arguments.
extension AlertParser {
  mutating func call(_ word: String) throws(AlertFault) -> AlertExpression {
    let column = token.column
    guard let function = AlertFunction(rawValue: word) else { throw unknown(word) }
    advance()
    guard token.isMark("(") else {
      throw fault("\"(\" as in \(function.usage)", nil)
    }
    advance()
    let kind = try arguments(of: function, column)
    return try make(kind, column)
  }

  private func unknown(_ word: String) -> AlertFault {
    let isCall = tokens[index + 1].isMark("(")
    if isCall {
      return fault(
        "a function",
        AlertFunction.synonyms[word.lowercased()]
          ?? Spelling.nearest(to: word, in: AlertFunction.names))
    }
    if ["AND", "OR", "NOT", "CROSSES"].contains(word) {
      return fault("a value such as price(EURUSD) or 1.095", word.lowercased())
    }
    let isSymbol = names.instruments?.contains(word) ?? (word == word.uppercased())
    return fault(
      "a value such as price(EURUSD) or 1.095", isSymbol ? "price(\(word))" : nil)
  }

  private mutating func arguments(
    of function: AlertFunction, _ column: Int
  ) throws(AlertFault) -> AlertExpression.Kind {
    switch function {
    case .distance:
      let left = try disjunction()
      try comma(function)
      let right = try disjunction()
      try close(function)
      return .distance(left, right)
    case .abs:
      let part = try disjunction()
      try close(function)
      return .absolute(part)
    case .mean, .zscore: return try statistic(function)
    default: break
    }
    let selector = try selector(function)
    let term = try term(function, column)
    return .term(term, selector)
  }

  /// What follows the instruments.
  private mutating func term(
    _ function: AlertFunction, _ column: Int
  ) throws(AlertFault) -> AlertTerm {
    switch function {
    case .price, .last: return try ended(.series(.last), function)
    case .bid: return try ended(.series(.bid), function)
    case .ask: return try ended(.series(.ask), function)
    case .mid: return try ended(.series(.mid), function)
    case .spread: return try ended(.series(.spread), function)
    case .size: return try ended(.size, function)
    case .change, .high, .low, .highest, .lowest:
      try comma(function)
      let window = try window()
      let series = try takeMark(",") ? series() : .last
      guard let extreme = AlertTerm.Extreme(rawValue: function.rawValue) else {
        return try ended(.change(window: window, of: series), function)
      }
      return try ended(.extreme(extreme, window: window, of: series), function)
    case .stale: return try stale(function, column)
    case .bar, .volume:
      try comma(function)
      let spec = try spec()
      try close(function)
      return .bar(spec, function == .volume ? .volume : try field())
    case .vwap:
      try comma(function)
      let spec = try spec()
      let length = try takeMark(",") ? length(from: 1) : nil
      return try ended(.vwap(spec, length: length), function)
    case .sma, .ema, .rsi, .distance, .abs, .mean, .zscore:
      try comma(function)
      let spec = try spec()
      try comma(function)
      let length = try length(from: 1)
      let average = AlertTerm.Average(rawValue: function.rawValue) ?? .sma
      return try ended(.average(average, spec, length: length), function)
    }
  }

  private mutating func statistic(
    _ function: AlertFunction
  ) throws(AlertFault) -> AlertExpression.Kind {
    let place = token
    let inner = try disjunction()
    guard case .term(.bar(let spec, let field), let selector) = inner.kind else {
      throw AlertFault(
        column: place.column, expected: "a value of bars such as volume(EURUSD, 1m)",
        found: "\"\(inner)\"")
    }
    try comma(function)
    let statistic: AlertTerm.Statistic = function == .mean ? .mean : .zscore
    let length = try length(from: statistic == .mean ? 1 : 2)
    try close(function)
    return .term(.statistic(statistic, spec, field, length: length), selector)
  }

  private mutating func stale(
    _ function: AlertFunction, _ column: Int
  ) throws(AlertFault) -> AlertTerm {
    if takeMark(",") {
      let nanos = try duration("stale")
      try close(function)
      return .stale(nanos)
    }
    try close(function)
    guard takeWord("for") else {
      throw fault("\"for\" and a duration, as in stale(EURUSD) for 30s")
    }
    return .stale(try duration("stale"))
  }

  // MARK: Arguments

  private mutating func ended(
    _ term: AlertTerm, _ function: AlertFunction
  ) throws(AlertFault) -> AlertTerm {
    try close(function)
    return term
  }

  private mutating func comma(_ function: AlertFunction) throws(AlertFault) {
    try expectMark(",", "\",\" and another argument, as in \(function.usage)")
  }

  private mutating func close(_ function: AlertFunction) throws(AlertFault) {
    try expectMark(")", "\")\" as in \(function.usage)")
  }

  private mutating func selector(
    _ function: AlertFunction
  ) throws(AlertFault) -> AlertSelector {
    if takeMark("*") { return .all }
    guard takeMark("[") else { return .keys([try key(function)]) }
    var keys: [String] = []
    repeat {
      let place = token
      let key = try key(function)
      guard !keys.contains(key) else {
        throw AlertFault(
          column: place.column, expected: "each instrument once", found: place.found)
      }
      guard keys.count < limits.listMax else {
        throw AlertFault(
          column: place.column, expected: "at most \(limits.listMax) instruments", found: "more")
      }
      keys.append(key)
    } while takeMark(",")
    try expectMark("]", "\",\" or \"]\"")
    return .keys(keys)
  }

  private mutating func key(_ function: AlertFunction) throws(AlertFault) -> String {
    let key: String
    switch token.kind {
    case .word(let text), .numeric(let text), .quoted(let text): key = text
    default: throw fault("an instrument, a list [A, B] or *, as in \(function.usage)")
    }
    guard (1...128).contains(key.utf8.count) else {
      throw fault("an instrument of 1 to 128 characters")
    }
    if let known = names.instruments, !known.contains(key) {
      if AlertFunction(rawValue: key) != nil, tokens[index + 1].isMark("(") {
        throw fault("an instrument, a list [A, B] or *, as in \(function.usage)")
      }
      throw fault("a known instrument", Spelling.nearest(to: key, in: known))
    }
    advance()
    return key
  }

  private mutating func window() throws(AlertFault) -> Int64 {
    let place = token
    let nanos = try duration("window")
    guard nanos >= limits.windowMin, nanos <= limits.windowMax else {
      throw AlertFault(
        column: place.column,
        expected: "a window from \(DurationText.format(limits.windowMin)) to "
          + DurationText.format(limits.windowMax), found: place.found)
    }
    return nanos
  }

  private mutating func duration(_ what: String) throws(AlertFault) -> Int64 {
    let expected = "a duration such as \(what == "stale" ? "30s" : "5m")"
    guard case .numeric(let text) = token.kind else { throw fault(expected) }
    guard let nanos = try? DurationText.parse(text) else {
      let isBare = text.allSatisfy { $0.isASCII && $0.isNumber }
      throw fault(expected, isBare ? "\(text)s" : nil)
    }
    guard what == "window" || (nanos > 0 && nanos <= limits.durationMax) else {
      throw fault("a duration above 0 and at most \(DurationText.format(limits.durationMax))")
    }
    advance()
    return nanos
  }

  private mutating func spec() throws(AlertFault) -> BarSpec {
    guard case .numeric(let text) = token.kind else {
      throw fault("bars such as 1m, 100t or 1h@mid")
    }
    let spec: BarSpec
    do throws(BarSpecError) {
      spec = try BarSpec(parsing: text)
    } catch {
      let expected = error.expected.split(separator: ", found").first ?? "a spec"
      throw fault("bars such as 1m: \(expected)")
    }
    if let known = names.specs, !known.contains(spec) {
      let list = known.prefix(12).map(\.description).joined(separator: ", ")
      throw fault(
        known.isEmpty ? "no bars, because none are made" : "bars that are made: \(list)")
    }
    advance()
    return spec
  }

  private mutating func length(from least: Int) throws(AlertFault) -> Int {
    guard case .numeric(let text) = token.kind, let length = Int(text), length >= least,
      length <= limits.lengthMax
    else { throw fault("a number of bars from \(least) to \(limits.lengthMax)") }
    advance()
    return length
  }

  private mutating func series() throws(AlertFault) -> AlertSeries {
    let all = AlertSeries.allCases.map(\.rawValue)
    guard case .word(let word) = token.kind, let series = AlertSeries(rawValue: word) else {
      var near: String?
      if case .word(let word) = token.kind { near = Spelling.nearest(to: word, in: all) }
      throw fault("one of \(all.joined(separator: ", "))", near)
    }
    advance()
    return series
  }

  private mutating func field() throws(AlertFault) -> AlertBarField {
    let all = AlertBarField.allCases.map(\.rawValue)
    let list = all.joined(separator: ", ")
    guard takeMark(".") else { throw fault("\".\" and one of \(list)") }
    guard case .word(let word) = token.kind, let field = AlertBarField(rawValue: word) else {
      var near: String?
      if case .word(let word) = token.kind { near = Spelling.nearest(to: word, in: all) }
      throw fault("one of \(list)", near)
    }
    advance()
    return field
  }
}
