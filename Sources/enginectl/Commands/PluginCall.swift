import EngineCore

/// A command for a plugin, and its answer.
struct PluginCall: Equatable, Sendable {
  var name: String
  var command: String
  var arguments: JSONValue

  var request: JSONValue {
    .object([
      ("name", .string(name)), ("command", .string(command)), ("arguments", arguments),
    ])
  }

  func perform(in session: Session) async throws(ControlError) {
    try await session.answer("plugins.command", request) { reply in
      Self.lines(reply["reply"] ?? .null)
    }
  }

  /// Text as it is, facts as `name: value`, the rest as JSON.
  static func lines(_ reply: JSONValue) -> [String] {
    switch reply.kind {
    case .null: return ["done"]
    case .string(let text): return PlainText.lines(text)
    case .object(let members) where members.isEmpty: return ["done"]
    case .object(let members) where members.allSatisfy(\.value.isScalar):
      let width = members.reduce(0) { max($0, PlainText.width(PlainText.line($1.name))) }
      return members.map { member in
        PlainText.pad(PlainText.line(member.name), to: width) + "  "
          + PlainText.line(member.value.plain)
      }
    default: return PlainText.lines(reply.text(.indented))
    }
  }
}

extension JSONValue {
  fileprivate var isScalar: Bool { array == nil && object == nil }
}
