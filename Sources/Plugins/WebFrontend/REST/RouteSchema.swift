internal import EngineCore

/// What JSON looks like, for the document that describes the endpoints.
indirect enum RouteSchema: Sendable {
  struct Member: Sendable {
    let name: String
    let schema: RouteSchema
    var isRequired = true
  }

  case text
  case time
  case number
  case integer
  case boolean
  case anything
  case choice([String])
  case list(RouteSchema)
  case object([Member])
  case nullable(RouteSchema)
  case either([RouteSchema])
  /// A schema and one more rule for what it describes.
  case limited(RouteSchema, String, JSONValue)
  /// One of `RouteSchema.named`.
  case named(String)

  static func member(_ name: String, _ schema: RouteSchema) -> Member {
    Member(name: name, schema: schema)
  }

  static func optional(_ name: String, _ schema: RouteSchema) -> Member {
    Member(name: name, schema: schema, isRequired: false)
  }

  static let word = RouteSchema.limited(.text, "minLength", .integer(1))

  /// As JSON Schema 2020-12, which OpenAPI 3.1 uses.
  var json: JSONValue {
    switch self {
    case .text: Self.type("string")
    case .time: .object([("type", .string("string")), ("format", .string("date-time"))])
    case .number: Self.type("number")
    case .integer: Self.type("integer")
    case .boolean: Self.type("boolean")
    case .anything: .object([])
    case .choice(let names):
      .object([
        ("type", .string("string")), ("enum", .array(names.map { .string($0) })),
      ])
    case .list(let schema): .object([("type", .string("array")), ("items", schema.json)])
    case .object(let members):
      .object([
        ("type", .string("object")),
        ("properties", .object(members.map { ($0.name, $0.schema.json) })),
        ("required", .array(members.filter(\.isRequired).map { .string($0.name) })),
      ])
    case .either(let schemas): .object([("anyOf", .array(schemas.map(\.json)))])
    case .limited(let schema, let rule, let value):
      .object((schema.json.object ?? []).map { ($0.name, $0.value) } + [(rule, value)])
    case .nullable(let schema):
      .object([("anyOf", .array([schema.json, Self.type("null")]))])
    case .named(let name): .object([("$ref", .string("#/components/schemas/\(name)"))])
    }
  }

  private static func type(_ name: String) -> JSONValue { .object([("type", .string(name))]) }
}
