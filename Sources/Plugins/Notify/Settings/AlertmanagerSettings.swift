internal import EngineCore
internal import Notifications

/// A Prometheus Alertmanager, which groups, routes and tells by rules of its own.
struct AlertmanagerSettings: ConfigurationRecord {
  static let keys: [ConfigurationKey] = [
    .required(
      "url", .text(.webURL), "Where it is, such as `http://127.0.0.1:9093`; its API v2 is used."),
    .key(
      "labels", .map(.text(.headerValue)), default: [:],
      "Further labels of each alert; `alertname`, `symbol` and `severity` are set anyway."),
    .key(
      "resend", .duration(from: "1s", to: "1h"), default: "1m",
      "How often what fires is told again: for four times as long it is taken to fire."),
    .optional("token", .text(.headerValue), secret: true, "A bearer token, if it needs one."),
    .optional("ca", .path, "Certificates that its own is checked against, in PEM."),
  ]

  let url: String
  let labels: [HeaderSetting]
  let resendNanos: Int64
  let token: String?
  let ca: String?

  private static let own: Set = ["alertname", "symbol", "severity"]

  init(from object: inout ConfigurationObject) {
    url = object.string("url")
    labels = object.texts("labels").map { HeaderSetting(name: $0.name, value: $0.value) }
    resendNanos = object.durationNanos("resend")
    token = object.optionalString("token")
    ca = object.optionalString("ca")
    for label in labels where Self.own.contains(label.name) || !Self.isLabel(label.name) {
      object.fault(
        at: "labels", expected: "names of letters, digits and \"_\" that are not set anyway",
        found: JSONValue.string(label.name).summary)
    }
  }

  private static func isLabel(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
    return name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || (48...57).contains($0.value))
    }
  }
}
