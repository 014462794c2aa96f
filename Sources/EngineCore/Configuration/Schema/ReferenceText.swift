/// A string with references: `${NAME}` is a variable of the environment, `${file:path}` the text of
/// a file without the line ends that close it, `$${` a plain `${`. Replaced text is not searched
/// again.
struct ReferenceText {
  /// The string with its references replaced.
  let text: String
  /// Whether there was a reference; escapes alone are none.
  let hasReference: Bool
  /// Whether the string is one reference and nothing else.
  let isWhole: Bool

  /// Why a reference can't be replaced.
  struct Failure: Error {
    let expected: String
    let found: String
  }

  init(
    _ source: String, environment: [String: String], readFile: (String) -> [UInt8]?
  ) throws(Failure) {
    guard source.utf8.contains(UInt8(ascii: "$")) else {
      (text, hasReference, isWhole) = (source, false, false)
      return
    }
    var result: [UInt8] = []
    var rest = Array(source.utf8)[...]
    var references = 0
    var plain = 0
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "$"), rest.starts(with: "${".utf8) {
        result.append(contentsOf: "${".utf8)
        rest = rest.dropFirst(2)
        plain += 1
      } else if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "{") {
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else {
          throw Failure(
            expected: "\"}\" after \"${\", or \"$${\" for a plain \"${\"",
            found: "the end of the string")
        }
        let name = String(decoding: rest[(rest.startIndex + 1)..<close], as: UTF8.self)
        let value = try ReferenceText.value(of: name, environment, readFile)
        result.append(contentsOf: value.utf8)
        rest = rest[(close + 1)...]
        references += 1
      } else {
        result.append(byte)
        plain += 1
      }
    }
    text = String(decoding: result, as: UTF8.self)
    hasReference = references > 0
    isWhole = references == 1 && plain == 0
  }

  private static func value(
    of name: String, _ environment: [String: String], _ readFile: (String) -> [UInt8]?
  ) throws(Failure) -> String {
    if name.utf8.starts(with: "file:".utf8) {
      let path = String(name.dropFirst(5))
      guard let bytes = readFile(path) else {
        throw Failure(expected: "a file that can be read", found: "none at \(quoted(path))")
      }
      guard var text = String(validating: bytes, as: UTF8.self) else {
        throw Failure(expected: "a file with UTF-8 text", found: "other bytes in \(quoted(path))")
      }
      while text.unicodeScalars.last == "\n" || text.unicodeScalars.last == "\r" {
        text.unicodeScalars.removeLast()
      }
      return text
    }
    guard isVariable(name) else {
      throw Failure(
        expected: "a reference such as ${NAME} or ${file:path}",
        found: quoted("${" + name + "}"))
    }
    guard let value = environment[name] else {
      throw Failure(
        expected: "the environment variable \(name) to be set", found: "no such variable")
    }
    return value
  }

  private static func quoted(_ text: String) -> String { JSONValue(.string(text)).summary }

  private static func isVariable(_ name: String) -> Bool {
    guard let first = name.utf8.first, first > UInt8(ascii: "9") else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
