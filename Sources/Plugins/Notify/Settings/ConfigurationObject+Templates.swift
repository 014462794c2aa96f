internal import EngineCore
internal import Notifications

/// Templates in settings; what is wrong with one is told with its column.
extension ConfigurationObject {
  mutating func template(_ name: String) -> TextTemplate? {
    guard let text = optionalString(name) else { return nil }
    return template(text, at: name)
  }

  mutating func templates(_ name: String) -> [TextTemplate] {
    strings(name).enumerated().compactMap { index, text in
      template(text, at: "\(name)[\(index)]")
    }
  }

  private mutating func template(_ text: String, at path: String) -> TextTemplate? {
    do throws(TextTemplate.Fault) {
      return try TextTemplate(parsing: text)
    } catch {
      fault(
        at: path, expected: error.expected, found: error.found, suggestion: error.suggestion,
        column: error.column)
      return nil
    }
  }

  mutating func jsonTemplate(_ name: String) -> JSONTemplate? {
    guard case .json(let json)? = self[name]?.kind else { return nil }
    do throws(JSONTemplate.Fault) {
      return try JSONTemplate(json)
    } catch {
      fault(
        at: name,
        expected: "\(error.path.isEmpty ? "" : "in \(error.path) ")\(error.fault.expected)",
        found: error.fault.found, suggestion: error.fault.suggestion)
      return nil
    }
  }

  /// Names and values of a map of texts.
  mutating func texts(_ name: String) -> [(name: String, value: String)] {
    guard let object = self[name]?.object else { return [] }
    return object.keys.compactMap { key in
      object.optionalString(key).map { (name: key, value: $0) }
    }
  }

  /// Those of a map, each a template.
  mutating func templateMap(_ name: String) -> [NamedTemplate] {
    texts(name).compactMap { entry in
      template(entry.value, at: "\(name).\(entry.name)").map {
        NamedTemplate(name: entry.name, template: $0)
      }
    }
  }
}

/// A template with a name, such as that of a variable.
struct NamedTemplate: Sendable, Equatable {
  let name: String
  let template: TextTemplate
}

/// A header of a request.
struct HeaderSetting: Sendable, Equatable {
  let name: String
  let value: String
}
