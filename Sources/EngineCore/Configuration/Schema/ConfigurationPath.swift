/// Paths of settings, such as `plugins[2].config.listen`.
enum ConfigurationPath {
  enum Step: Hashable {
    case name(String)
    case index(Int)
  }

  /// A path and what follows it.
  static func join(_ path: String, _ rest: String) -> String {
    if path.isEmpty || rest.isEmpty { return path + rest }
    return rest.utf8.first == UInt8(ascii: "[") ? path + rest : "\(path).\(rest)"
  }

  /// The path of a member; names that are not words are quoted in brackets.
  static func member(_ path: String, _ name: String) -> String {
    let isWord =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
          UInt8(ascii: "$"):
          true
        default: false
        }
      }
    return isWord ? join(path, name) : "\(path)[\(JSONValue(.string(name)).text())]"
  }

  /// The path of an element.
  static func element(_ path: String, _ index: Int) -> String { "\(path)[\(index)]" }

  /// The steps of a path made of words and indices.
  static func steps(_ path: String) -> [Step] {
    var steps: [Step] = []
    for part in path.split(separator: ".") {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      if let name = pieces.first, !name.isEmpty { steps.append(.name(String(name))) }
      for piece in pieces.dropFirst() {
        guard piece.last == "]", let index = Int(piece.dropLast()) else { continue }
        steps.append(.index(index))
      }
    }
    return steps
  }
}
