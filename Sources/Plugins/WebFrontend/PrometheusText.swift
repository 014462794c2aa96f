/// Writes figures as Prometheus reads them: its text format, version 0.0.4.
struct PrometheusText {
  /// What a figure means over time.
  enum Kind: String {
    case counter
    case gauge
    case histogram
    case summary
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

  /// A histogram of the family, told from others by its labels.
  mutating func sample(_ histogram: DurationHistogram, _ labels: KeyValuePairs<String, String>) {
    let name = family
    func with(_ bound: String) -> [(key: String, value: String)] {
      labels.map { ($0.key, $0.value) } + [("le", bound)]
    }
    family = name + "_bucket"
    var count: UInt64 = 0
    for (index, bound) in DurationHistogram.boundsNanos.enumerated() {
      count += histogram.counts[index]
      write("\(count)", with("\(Double(bound) / 1e9)"))
    }
    write("\(histogram.count)", with("+Inf"))
    family = name + "_sum"
    sample(seconds: histogram.sumNanos, labels)
    family = name + "_count"
    sample(histogram.count, labels)
    family = name
  }

  private mutating func write(
    _ value: String, _ labels: some Collection<(key: String, value: String)>
  ) {
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
