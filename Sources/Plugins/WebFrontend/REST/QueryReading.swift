internal import EngineCore
internal import WebProtocol

/// Reads and checks what a request gives to an endpoint.
extension RouteEndpoint {
  /// The values of its parameters, or why they are none.
  func values(
    path found: [String: Substring], query: String
  ) throws(HTTPAnswer.Refusal) -> [String: String] {
    var values: [String: String] = [:]
    for (name, text) in found {
      guard let value = URLText.decoded(text, isQuery: false) else {
        throw bad("\(name): expected percent-encoded UTF-8, found \"\(text)\"")
      }
      values[name] = value
    }
    guard let items = URLText.query(query) else {
      throw bad("expected a query of percent-encoded UTF-8")
    }
    for item in items where item.name != "token" {
      guard parameters.contains(where: { $0.place == .query && $0.name == item.name }) else {
        if isLenient { continue }
        throw bad(unknown(item.name))
      }
      guard values.updateValue(item.value, forKey: item.name) == nil else {
        throw bad("\(item.name): expected it once, found it twice")
      }
    }
    for parameter in parameters {
      if let text = values[parameter.name] {
        if let fault = parameter.fault(text) { throw bad(fault) }
      } else if parameter.isRequired {
        throw bad("\(parameter.name): expected \(parameter.about), found nothing")
      }
    }
    return values
  }

  private func unknown(_ name: String) -> String {
    let known = parameters.filter { $0.place == .query }.map(\.name)
    guard !known.isEmpty else { return "unknown parameter \"\(name)\": \(path) takes none" }
    let near = Spelling.nearest(to: name, in: known).map { ", did you mean \"\($0)\"?" } ?? ""
    return "unknown parameter \"\(name)\"\(near); known are: \(known.joined(separator: ", "))"
  }

  private func bad(_ reason: String) -> HTTPAnswer.Refusal {
    HTTPAnswer.Refusal(status: 400, reason: reason)
  }
}
