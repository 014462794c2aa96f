internal import EngineCore

/// Reads the arguments of a command.
struct CommandReader {
  private let arguments: JSONValue

  init(_ arguments: JSONValue) { self.arguments = arguments }

  func optionalText(_ name: String) -> String? { arguments[name]?.string }

  func text(_ name: String) throws(PluginError) -> String {
    guard let text = optionalText(name), !text.isEmpty else {
      throw PluginError("expected \"\(name)\" in the arguments, found \(arguments.text())")
    }
    return text
  }

  func texts(_ name: String) throws(PluginError) -> [String]? {
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

  func count(_ name: String, most: Int) throws(PluginError) -> Int? {
    guard let value = arguments[name] else { return nil }
    guard let number = value.int64, (1...Int64(most)).contains(number) else {
      throw PluginError(
        "expected \"\(name)\" to be a number from 1 to \(most), found \(value.text())")
    }
    return Int(number)
  }

  func spec() throws(PluginError) -> BarSpec {
    do throws(BarSpecError) {
      return try BarSpec(parsing: try textForSpec())
    } catch {
      throw PluginError(error.description)
    }
  }

  private func textForSpec() throws(BarSpecError) -> String {
    guard let text = optionalText("spec") else {
      throw BarSpecError(text: "", expected: "\"spec\" in the arguments, such as \"1m\"")
    }
    return text
  }
}
