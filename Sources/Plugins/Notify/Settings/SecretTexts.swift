internal import EngineCore

/// The secrets of settings: what must not be in a log, a history or an answer.
enum SecretTexts {
  /// All texts of an object that are declared secret or come from a reference.
  static func of(_ object: ConfigurationObject) -> [String] {
    object.keys.flatMap { key in object[key].map { texts($0, isSecret: false) } ?? [] }
  }

  private static func texts(_ value: ConfigurationValue, isSecret: Bool) -> [String] {
    let isSecret = isSecret || value.isSecret
    if let object = value.object {
      return object.keys.flatMap { key in
        object[key].map { texts($0, isSecret: isSecret) } ?? []
      }
    }
    if let list = value.list { return list.flatMap { texts($0, isSecret: isSecret) } }
    guard isSecret, let text = value.string, text.utf8.count >= 4 else { return [] }
    // A token is also shown without the word before it.
    return [text] + text.split(separator: " ").map(String.init).filter { $0.utf8.count >= 8 }
  }

  /// The keys of an object, or of objects in it, whose secrets do not come from references.
  static func literal(in object: ConfigurationObject) -> [String] {
    object.keys.flatMap { key in
      object[key].map { $0.isDefault ? [] : literal($0, path: key) } ?? []
    }
  }

  private static func literal(_ value: ConfigurationValue, path: String) -> [String] {
    if let object = value.object {
      return object.keys.flatMap { key in
        object[key].map { $0.isDefault ? [] : literal($0, path: "\(path).\(key)") } ?? []
      }
    }
    if let list = value.list { return list.flatMap { literal($0, path: path) } }
    return value.isSecret && value.reference == nil && value.string?.isEmpty == false ? [path] : []
  }

  /// The text without them.
  static func hidden(_ secrets: [String], in text: String) -> String {
    secrets.sorted { $0.utf8.count > $1.utf8.count }.reduce(text) { text, secret in
      text.replacing(secret, with: JSONValue.secretMask)
    }
  }
}
