/// JavaScript modules as one, so that a browser asks once and not for each: every module is a block
/// of its own, behind those that it imports, and takes from them what they export.
///
/// It understands what the dashboard's modules are written in, which its tests hold them to:
/// imports of names at the beginning of lines, `export` before functions, classes and constants, no
/// cycles.
struct ModuleBundle {
  private let sources: [String: String]
  private var done: Set<String> = []
  private(set) var text = "const modules = {};\n"

  /// - Parameters:
  ///   - sources: texts of modules by name.
  ///   - main: the one that is run; what nobody imports is left out.
  init(_ sources: [String: String], main: String) {
    self.sources = sources
    add(main)
  }

  private mutating func add(_ name: String) {
    guard done.insert(name).inserted, let source = sources[name] else { return }
    var body = ""
    var exports: [Substring] = []
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      if let (names, module) = Self.imported(line) {
        add(module)
        body += "const \(names) = modules[\"\(module)\"];\n"
      } else if line.hasPrefix("export ") {
        let rest = line.dropFirst("export ".count)
        if let name = Self.declared(rest) { exports.append(name) }
        body += "\(rest)\n"
      } else {
        body += "\(line)\n"
      }
    }
    let list = exports.joined(separator: ", ")
    text += "// \(name)\n{\n\(body)modules[\"\(name)\"] = { \(list) };\n}\n"
  }

  /// The names and the module of an import.
  private static func imported(_ line: Substring) -> (names: Substring, module: String)? {
    guard line.hasPrefix("import {"), let end = line.firstRange(of: "} from \"./") else {
      return nil
    }
    let names = line[line.index(line.startIndex, offsetBy: "import ".count)...end.lowerBound]
    return (names, String(line[end.upperBound...].prefix { $0 != "\"" }))
  }

  /// What a declaration declares.
  private static func declared(_ line: Substring) -> Substring? {
    let words = line.split(separator: " ").drop { $0 == "async" }
    guard let kind = words.first, ["function", "class", "const", "let"].contains(kind) else {
      return nil
    }
    return words.dropFirst().first?.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
  }
}
