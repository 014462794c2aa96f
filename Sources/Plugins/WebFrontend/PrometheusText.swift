/// Writes figures as Prometheus reads them: its text format, version 0.0.4.
struct PrometheusText {
  /// What a figure means over time.
  enum Kind: String {
    case counter
    case gauge
  }

  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""
  private var family = ""

  /// Begins figures of one name; the samples follow.
  mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    family = name
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// One figure, told from others of the family by its labels.
  mutating func sample(
    _ value: some BinaryInteger, _ labels: KeyValuePairs<String, String> = [:]
  ) {
    write("\(value)", labels)
  }

  /// Nanoseconds, as seconds.
  mutating func sample(seconds nanos: UInt64, _ labels: KeyValuePairs<String, String> = [:]) {
    write("\(Double(nanos) / 1e9)", labels)
  }

  private mutating func write(_ value: String, _ labels: KeyValuePairs<String, String>) {
    text += family
    if !labels.isEmpty {
      text += "{"
      text += labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
      text += "}"
    }
    text += " \(value)\n"
  }

  private static func escaped(_ value: String) -> String {
    var escaped = ""
    for character in value {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
