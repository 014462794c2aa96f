internal import EngineCore
internal import Notifications

/// A receiver of JSON over HTTP.
struct WebhookSettings: ConfigurationRecord {
  enum Method: String, CaseIterable, Sendable {
    case post = "POST"
    case put = "PUT"
  }

  static let keys: [ConfigurationKey] = [
    .required(
      "url", .text(.webURL),
      "Where messages go; `${NAME}` or `${file:path}` where the address itself is a secret."),
    .key("method", .choice(of: Method.self), default: "POST", "How."),
    .optional(
      "template", .json,
      "The body: any JSON whose texts may have fields such as `{symbol}`; \"{notifications}\" stands "
        + "for the list of all. Without it the payload of docs/notify.md."),
    .key(
      "headers", .map(.text(.headerValue)), default: [:], secret: true,
      "Further headers, such as `\"Authorization\": \"Bearer ${HOOK_TOKEN}\"`."),
    .optional(
      "secret", .text(.notEmpty), secret: true,
      "Signs each message with HMAC-SHA256 in `Tickwire-Signature`, such as `${HOOK_SECRET}`."),
    .optional(
      "ca", .path,
      "Certificates that the receiver's is checked against, in PEM; without it those of the system."
    ),
  ]

  let url: String
  let method: Method
  let template: JSONTemplate?
  let headers: [HeaderSetting]
  let secret: String?
  let ca: String?

  /// Headers that say what the message is: they are not for others to set.
  private static let own: Set = [
    "content-length", "content-type", "transfer-encoding", "host", "connection",
    "idempotency-key", WebhookSignature.header.lowercased(),
  ]

  init(from object: inout ConfigurationObject) {
    url = object.string("url")
    method = object.choice("method", as: Method.self)
    template = object.jsonTemplate("template")
    headers = object.texts("headers").map { HeaderSetting(name: $0.name, value: $0.value) }
    secret = object.optionalString("secret")
    ca = object.optionalString("ca")
    for header in headers where Self.own.contains(header.name.lowercased()) {
      object.fault(
        at: "headers", expected: "headers that are not set anyway",
        found: JSONValue.string(header.name).summary)
    }
    for header in headers where !Self.isToken(header.name) {
      object.fault(
        at: "headers", expected: "names of headers", found: JSONValue.string(header.name).summary)
    }
  }

  static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic
            || "0123456789!#$%&'*+-.^_`|~"
              .unicodeScalars.contains(scalar))
      }
  }
}
