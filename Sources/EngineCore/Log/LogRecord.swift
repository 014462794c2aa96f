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
    var line = "\(time.roundedToMilliseconds) \(level.rawValue) \(origin): "
    line += Self.escaped(message, quotes: false)
    for field in fields {
      let needsQuotes =
        field.value.isEmpty
        || field.value.unicodeScalars.contains { $0 == "\"" || $0 == " " || Self.isControl($0) }
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
    let taken = Set(members.map(\.0))
    for field in fields {
      let name = taken.contains(field.name) ? "field_\(field.name)" : field.name
      members.append((name, .string(field.value)))
    }
    return .object(members)
  }

  private func quoted(_ value: String) -> String { "\"\(Self.escaped(value, quotes: true))\"" }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || scalar.value == 0x7F
  }

  /// Without control characters, so that nobody can forge a line or steer a terminal.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\"", "\\":
        if quotes { result += "\\" }
        result.unicodeScalars.append(scalar)
      default:
        if isControl(scalar) {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
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
