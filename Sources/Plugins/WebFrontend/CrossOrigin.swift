/// Pages of which other sites may read answers (CORS, as the Fetch standard has it).
enum CrossOrigin: Equatable, Sendable {
  case none
  case any
  case listed([String])

  init(_ origins: [String]) {
    self = origins.isEmpty ? .none : origins.contains("*") ? .any : .listed(origins)
  }

  /// Whether pages of an origin may read answers.
  func allows(_ origin: String) -> Bool { allowed(origin) != nil }

  /// Header fields of an answer to a request with that `Origin`.
  ///
  /// - Parameter methods: what the path takes, when that is asked before the request.
  func headers(origin: String?, methods: [String]?) -> [HTTPAnswer.HeaderField] {
    guard let origin, let allowed = allowed(origin) else { return varies }
    var headers = [HTTPAnswer.HeaderField("Access-Control-Allow-Origin", allowed)] + varies
    if let methods {
      headers += [
        HTTPAnswer.HeaderField("Access-Control-Allow-Methods", methods.joined(separator: ", ")),
        HTTPAnswer.HeaderField(
          "Access-Control-Allow-Headers", "Authorization, Content-Type, X-API-Key"),
        HTTPAnswer.HeaderField("Access-Control-Max-Age", "600"),
      ]
    } else {
      headers.append(
        HTTPAnswer.HeaderField("Access-Control-Expose-Headers", "ETag, X-Request-Id"))
    }
    return headers
  }

  private func allowed(_ origin: String) -> String? {
    switch self {
    case .none: nil
    case .any: "*"
    case .listed(let list): list.first { $0.lowercased() == origin.lowercased() }
    }
  }

  /// Caches keep answers for one page apart from those for another.
  private var varies: [HTTPAnswer.HeaderField] {
    if case .listed = self { [HTTPAnswer.HeaderField("Vary", "Origin")] } else { [] }
  }
}
