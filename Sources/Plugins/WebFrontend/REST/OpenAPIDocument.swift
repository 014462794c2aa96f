internal import EngineCore
internal import NIOHTTP1

/// The document that describes the API, OpenAPI 3.1: written from the endpoints, so that it says
/// what they do.
struct OpenAPIDocument {
  private let endpoints: [RouteEndpoint]

  init(_ endpoints: [RouteEndpoint]) { self.endpoints = endpoints.filter(\.isListed) }

  var text: String { json.text(.indented) + "\n" }

  var json: JSONValue {
    var paths: [(String, [(String, JSONValue)])] = []
    for endpoint in endpoints {
      let path = endpoint.path.description
      let operation = (endpoint.method.rawValue.lowercased(), operation(endpoint))
      if let place = paths.firstIndex(where: { $0.0 == path }) {
        paths[place].1.append(operation)
      } else {
        paths.append((path, [operation]))
      }
    }
    return .object([
      ("openapi", .string("3.1.0")),
      (
        "info",
        .object([
          ("title", .string("Tickwire")), ("version", .string(Release.version)),
          (
            "description",
            .string("Market data of an engine: live state, bars and ticks of the past, control.")
          ),
        ])
      ),
      ("paths", .object(paths.map { ($0.0, .object($0.1)) })),
      (
        "components",
        .object([
          ("schemas", .object(RouteSchema.named.map { ($0.name, $0.schema.json) })),
          (
            "securitySchemes",
            .object([
              ("bearer", .object([("type", .string("http")), ("scheme", .string("bearer"))]))
            ])
          ),
        ])
      ),
    ])
  }

  private func operation(_ endpoint: RouteEndpoint) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("summary", .string(endpoint.summary)), ("operationId", .string(name(endpoint))),
      ("security", .array([.object([]), .object([("bearer", .array([]))])])),
      ("x-right", .string(endpoint.right.rawValue)),
      (
        "parameters",
        .array(endpoint.parameters.map(endpoint.answersFaults ? anyText : parameter))
      ),
    ]
    if let body = endpoint.body {
      let about: [(String, JSONValue)] = [
        ("required", .bool(!endpoint.isBodyOptional)),
        ("content", content("application/json", body)),
      ]
      members.append(("requestBody", .object(about)))
    }
    members.append(("responses", responses(endpoint)))
    return .object(members)
  }

  /// `get_api_v1_bars_symbol_spec`
  private func name(_ endpoint: RouteEndpoint) -> String {
    let words = endpoint.path.parts.map { part in
      switch part {
      case .fixed(let name), .named(let name): name
      }
    }
    return ([endpoint.method.rawValue.lowercased()] + words.filter { !$0.isEmpty })
      .joined(separator: "_").replacing("-", with: "_")
  }

  /// A parameter of an endpoint that has an answer for everything.
  private func anyText(_ parameter: RouteParameter) -> JSONValue {
    let need = parameter.isRequired ? "; without it the answer is an error" : ""
    return .object([
      ("name", .string(parameter.name)), ("in", .string(parameter.place.rawValue)),
      ("required", .bool(parameter.place == .path)),
      ("description", .string(parameter.about + need)), ("schema", RouteSchema.text.json),
    ])
  }

  private func parameter(_ parameter: RouteParameter) -> JSONValue {
    let schema: [(String, JSONValue)] =
      switch parameter.form {
      case .text: [("type", .string("string")), ("minLength", .integer(1))]
      case .integer(let range):
        [
          ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
          ("maximum", .integer(range.upperBound)),
        ]
      case .time:
        [("anyOf", .array([RouteSchema.time.json, Self.day, RouteSchema.integer.json]))]
      case .choice(let names):
        [("type", .string("string")), ("enum", .array(names.map { .string($0) }))]
      }
    return .object([
      ("name", .string(parameter.name)), ("in", .string(parameter.place.rawValue)),
      ("required", .bool(parameter.isRequired)), ("description", .string(parameter.about)),
      ("schema", .object(schema)),
    ])
  }

  private static let day = RouteSchema.limited(.text, "format", .string("date")).json

  private func responses(_ endpoint: RouteEndpoint) -> JSONValue {
    var types = [("application/json", content("application/json", endpoint.answer))]
    types += endpoint.otherTypes.map { type in (type, content(type, .text)) }
    let forms = types.flatMap { type, content in (content.object ?? []).map { (type, $0.value) } }
    var statuses = Set(endpoint.failures).union([400, 401, 403])
    statuses.insert(429)
    let failures = statuses.sorted().map { status in
      (
        String(status),
        JSONValue.object([
          ("description", .string(Self.meaning(status))),
          ("content", content("application/json", endpoint.failure)),
        ])
      )
    }
    let successes = endpoint.successes.map { status in
      let said: [(String, JSONValue)] = [("description", .string("As asked."))]
      return (
        String(status),
        JSONValue.object(status == 204 ? said : said + [("content", .object(forms))])
      )
    }
    return .object(successes + failures)
  }

  private func content(_ type: String, _ schema: RouteSchema) -> JSONValue {
    .object([(type, .object([("schema", schema.json)]))])
  }

  private static func meaning(_ status: Int) -> String {
    switch status {
    case 400: "The request is not as it should be: the message says what was expected."
    case 401: "A token is needed, or nobody has the one that was shown."
    case 403: "Whoever has this token, or asks from there, may not do that."
    case 404: "There is no such thing."
    case 422: "The request is understood and cannot be done; the message says why."
    case 429: "Too many requests."
    case 503: "Nobody answers such questions now; the message says which plugin would."
    default: "It failed."
    }
  }
}
