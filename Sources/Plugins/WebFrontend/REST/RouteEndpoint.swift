internal import EngineCore
internal import NIOHTTP1

/// One method of one path: what it reads, what it answers, who may ask, and what does the work. The
/// document that describes the API is written from it.
struct RouteEndpoint: Sendable {
  /// What a request has to be allowed to.
  enum Right: String, Sendable {
    case read
    case write
    /// What is inside the engine: with tokens for administrators, without for who is on this host.
    case watch
    case admin
  }

  enum Work: Sendable {
    /// Answers at once, on the event loop.
    case now(@Sendable (RESTCall, borrowing RESTState) throws(HTTPAnswer.Refusal) -> HTTPAnswer)
    /// May wait: away from the event loop.
    case later(@Sendable (RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer)
  }

  let method: HTTPMethod
  let path: RoutePath
  let summary: String
  var right = Right.read
  var parameters: [RouteParameter] = []
  /// What its body is, if it has one.
  var body: RouteSchema?
  /// Whether it does without.
  var isBodyOptional = false
  /// What it answers when all is well.
  var answer: RouteSchema = .anything
  /// Other forms of the answer than JSON.
  var otherTypes: [String] = []
  /// With which status.
  var successes = [200]
  /// Statuses of its failures, beside those of all endpoints.
  var failures: [Int] = []
  /// What a failure looks like.
  var failure = RouteSchema.named("Error")
  /// Whether the document has it.
  var isListed = true
  /// Queries may have parameters that it does not know, as those of foreign clients do.
  var isLenient = false
  /// Whether a wrong parameter has an answer that is all right by HTTP and says what is wrong.
  var answersFaults = false
  /// How it tells why it refuses.
  var refuse: @Sendable (HTTPAnswer.Refusal) -> HTTPAnswer = { HTTPAnswer($0) }
  let work: Work
}

/// A path with names for some of its parts: `/api/v1/bars/{symbol}/{spec}`.
struct RoutePath: Sendable, Equatable, CustomStringConvertible {
  enum Part: Sendable, Equatable {
    case fixed(String)
    case named(String)
  }

  let parts: [Part]
  let description: String

  init(_ text: String) {
    description = text
    parts = text.split(separator: "/", omittingEmptySubsequences: false).map { part in
      part.hasPrefix("{") ? .named(String(part.dropFirst().dropLast())) : .fixed(String(part))
    }
  }

  var isFixed: Bool {
    parts.allSatisfy { part in
      if case .fixed = part { true } else { false }
    }
  }

  /// The named parts of a path, still encoded; nil when it is another path.
  func match(_ path: [Substring]) -> [String: Substring]? {
    guard path.count == parts.count else { return nil }
    var found: [String: Substring] = [:]
    for (part, text) in zip(parts, path) {
      switch part {
      case .fixed(let name): if name != text { return nil }
      case .named(let name):
        if text.isEmpty { return nil }
        found[name] = text
      }
    }
    return found
  }
}
