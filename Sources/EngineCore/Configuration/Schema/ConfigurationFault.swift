/// One thing wrong with the configuration: where, what was expected, what was found.
public struct ConfigurationFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where the value, or the object that lacks it, was written.
  public let place: ConfigurationPlace
  /// The path in the file, such as `plugins[2].config.listen`; empty for the whole file.
  public let path: String
  /// What would have been accepted.
  public let expected: String
  /// What is there; never the value of a secret.
  public let found: String
  /// What was most likely meant, quoted as it would be written; nil when nothing is near.
  public let suggestion: String?

  /// Makes a fault.
  public init(
    place: ConfigurationPlace, path: String, expected: String, found: String,
    suggestion: String? = nil
  ) {
    self.place = place
    self.path = path
    self.expected = expected
    self.found = found
    self.suggestion = suggestion
  }

  /// `plugins.json:12:18: plugins[2].config.listen: expected "host:port", found 8000`.
  public var description: String {
    let path = path.isEmpty ? "" : "\(path): "
    let hint = suggestion.map { "; did you mean \($0)?" } ?? ""
    return "\(place): \(path)expected \(expected), found \(found)\(hint)"
  }

  /// Writes the fault as an object with `file`, `line`, `column` (or `environment`), `path`,
  /// `expected`, `found`, `suggestion` and `message`.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      switch place {
      case .text(let file, let position):
        writer.member("file", file)
        writer.member("line", position.line)
        writer.member("column", position.column)
      case .environment(let name): writer.member("environment", name)
      }
      writer.member("path", path)
      writer.member("expected", expected)
      writer.member("found", found)
      if let suggestion { writer.member("suggestion", suggestion) }
      writer.member("message", description)
    }
  }
}
