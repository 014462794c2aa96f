internal import EngineCore

/// What commands about alerts are given.
extension CommandReader {
  func time(_ name: String, usually: Timestamp) throws(PluginError) -> Timestamp {
    guard let text = optionalText(name) else { return usually }
    guard let nanos = TimeText.parse(text) else {
      throw PluginError("expected \"\(name)\" to be a time, found \"\(text)\"")
    }
    return Timestamp(nanoseconds: nanos)
  }

  func states(_ name: String) throws(PluginError) -> Set<AlertState>? {
    guard let value = arguments[name], !value.isNull else { return nil }
    let texts = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
    let states = texts.compactMap { text in AlertState.allCases.first { "\($0)" == text } }
    guard !states.isEmpty, states.count == texts.count else {
      throw PluginError(
        "expected \"\(name)\" to be states such as \"firing\", found \(value.text())")
    }
    return Set(states)
  }

  /// Rule, instrument, states, times, the number to end before and limit.
  func query(usually: Int = 100) throws(PluginError) -> AlertQuery {
    AlertQuery(
      rule: optionalText("rule"), instrument: optionalText("symbol"),
      states: try states("state"), from: try time("from", usually: .distantPast),
      to: try time("to", usually: .distantFuture),
      before: UInt64(try count("before", most: .max) ?? .max),
      limit: try count("limit", most: AlertQuery.limitMax) ?? usually)
  }
}
