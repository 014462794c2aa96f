package import EngineCore

/// A JSON value whose texts are templates. What stands in place of a field becomes part of a JSON
/// string and is escaped as such: no value can change the shape of the document.
///
/// A text that is nothing but `{notification}` or `{notifications}` stands for the first one or for
/// all, as an object or a list.
package struct JSONTemplate: Sendable, Equatable {
  private indirect enum Node: Sendable, Equatable {
    case plain(JSONValue)
    case text(TextTemplate)
    case first
    case all
    case array([Node])
    case object([(name: String, node: Node)])

    static func == (left: Node, right: Node) -> Bool {
      switch (left, right) {
      case (.plain(let left), .plain(let right)): left == right
      case (.text(let left), .text(let right)): left == right
      case (.first, .first), (.all, .all): true
      case (.array(let left), .array(let right)): left == right
      case (.object(let left), .object(let right)):
        left.count == right.count
          && zip(left, right).allSatisfy { $0.name == $1.name && $0.node == $1.node }
      default: false
      }
    }
  }

  /// What is wrong with one of its texts.
  package struct Fault: Error, Sendable, Equatable {
    /// `.blocks[2].text`
    package var path: String
    package let fault: TextTemplate.Fault
  }

  private let root: Node

  package init(_ source: JSONValue) throws(Fault) { root = try Self.node(source, "") }

  private static func node(_ value: JSONValue, _ path: String) throws(Fault) -> Node {
    switch value.kind {
    case .string("{notification}"): return .first
    case .string("{notifications}"): return .all
    case .string(let text):
      do throws(TextTemplate.Fault) {
        return .text(try TextTemplate(parsing: text))
      } catch {
        throw Fault(path: path, fault: error)
      }
    case .array(let elements):
      var nodes: [Node] = []
      for (index, element) in elements.enumerated() {
        nodes.append(try node(element, "\(path)[\(index)]"))
      }
      return .array(nodes)
    case .object(let members):
      var nodes: [(name: String, node: Node)] = []
      for member in members {
        nodes.append((member.name, try node(member.value, "\(path).\(member.name)")))
      }
      return .object(nodes)
    default: return .plain(value)
    }
  }

  package func json(of message: NotificationMessage) -> JSONValue { Self.fill(root, message) }

  private static func fill(_ node: Node, _ message: NotificationMessage) -> JSONValue {
    switch node {
    case .plain(let value): value
    case .text(let template): .string(template.text(of: message))
    case .first: message.entries.first.map(NotificationMessage.json) ?? .null
    case .all: .array(message.entries.map(NotificationMessage.json))
    case .array(let nodes): .array(nodes.map { fill($0, message) })
    case .object(let members): .object(members.map { ($0.name, fill($0.node, message)) })
    }
  }
}
