/// Reads the arguments of a plugin's command. Each error names the argument, what was expected and
/// what was found.
public struct CommandReader: Sendable {
  public let arguments: JSONValue

  public init(_ arguments: JSONValue) { self.arguments = arguments }

  /// A text, or nil when it is not there.
  public func optionalText(_ name: String) -> String? { arguments[name]?.string }

  /// A text that has to be there.
  public func text(_ name: String) throws(PluginError) -> String {
    guard let text = optionalText(name), !text.isEmpty else {
      throw PluginError("expected \"\(name)\" in the arguments, found \(arguments.text())")
    }
    return text
  }

  /// One text, or a list of them; nil when it is not there.
  public func texts(_ name: String) throws(PluginError) -> [String]? {
    guard let value = arguments[name] else { return nil }
    if let one = value.string { return [one] }
    guard let list = value.array, !list.isEmpty else {
      throw PluginError("expected \"\(name)\" to be a list of texts, found \(value.text())")
    }
    let texts = list.compactMap(\.string)
    guard texts.count == list.count else {
      throw PluginError("expected \"\(name)\" to be a list of texts, found \(value.text())")
    }
    return texts
  }

  /// An object that has to be there.
  public func object(_ name: String) throws(PluginError) -> JSONValue {
    guard let value = arguments[name], value.object != nil else {
      throw PluginError(
        "expected \"\(name)\" in the arguments to be an object, found \(arguments.text())")
    }
    return value
  }

  /// Whether it is there and true.
  public func flag(_ name: String) -> Bool { arguments[name]?.bool ?? false }

  /// A number from 1 to `most`; nil when it is not there.
  public func count(_ name: String, most: Int) throws(PluginError) -> Int? {
    guard let value = arguments[name], !value.isNull else { return nil }
    guard let number = value.int64, (1...Int64(most)).contains(number) else {
      throw PluginError(
        "expected \"\(name)\" to be a number from 1 to \(most), found \(value.text())")
    }
    return Int(number)
  }
}
