/// One log line with its fields.
public struct LogRecord: Sendable {
  /// Counts all lines of this process, from 1.
  public var number: UInt64
  public var time: Timestamp
  public var level: LogLevel
  /// The plugin it comes from; `engine` for the engine itself.
  public var origin: String
  public var message: String
  /// Names and values, in the order given.
  public var fields: [LogField]

  /// `2026-01-02T03:04:05.006Z info sim: started instruments=10`
  public var text: String {
    var line = "\(time.roundedToMilliseconds) \(level.rawValue) \(origin): \(message)"
    for field in fields {
      let needsQuotes = field.value.isEmpty || field.value.contains { $0 == " " || $0 == "\"" }
      line += " \(field.name)=\(needsQuotes ? quoted(field.value) : field.value)"
    }
    return line
  }

  /// The same as a JSON object, on one line.
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("time", .string(time.description)), ("level", .string(level.rawValue)),
      ("plugin", .string(origin)), ("message", .string(message)),
    ]
    for field in fields { members.append((field.name, .string(field.value))) }
    return .object(members)
  }

  private func quoted(_ value: String) -> String {
    "\"" + value.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
}

/// A named value of a log line.
public struct LogField: Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: some CustomStringConvertible) {
    self.name = name
    self.value = value.description
  }
}

extension Timestamp {
  var roundedToMilliseconds: Timestamp {
    Timestamp(nanoseconds: nanoseconds.dividedFloor(by: 1_000_000) * 1_000_000)
  }
}
