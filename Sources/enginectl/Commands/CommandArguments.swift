import EngineCore

/// Arguments of a plugin's command, from `key=value` words.
enum CommandArguments {
  /// What is wrong with a word.
  struct Fault: Error, Equatable {
    var message: String
  }

  /// An object. A value that is JSON (a number, `true`, `null`, a list, a quoted string) is taken
  /// as such, anything else as a string; a key that is named twice is a fault.
  static func object(_ words: [String]) throws(Fault) -> JSONValue {
    var members: [(String, JSONValue)] = []
    for word in words {
      guard let sign = word.firstIndex(of: "="), sign > word.startIndex else {
        throw Fault(message: "expected key=value, found \"\(word)\"")
      }
      let key = String(word[..<sign])
      if members.contains(where: { $0.0 == key }) {
        throw Fault(message: "the key \"\(key)\" is given twice")
      }
      members.append((key, value(String(word[word.index(after: sign)...]))))
    }
    return .object(members)
  }

  /// An object from JSON text.
  static func object(json text: String) throws(Fault) -> JSONValue {
    do throws(JSONError) {
      let value = try JSONReader().read(text)
      if value.object != nil { return value }
    } catch {
      throw Fault(message: "--arguments: \(error)")
    }
    throw Fault(message: "--arguments: expected an object such as {\"key\": 1}")
  }

  /// JSON when it reads as JSON, else the text itself.
  static func value(_ text: String) -> JSONValue {
    (try? JSONReader().read(text)) ?? .string(text)
  }
}
