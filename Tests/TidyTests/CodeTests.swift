import Testing

/// Every Swift file of the project keeps the rules.
@Suite("The code")
struct CodeTests {
  private let repository = Repository.here

  private func expectNone(_ faults: [String]) {
    #expect(faults.isEmpty, "\n\(faults.joined(separator: "\n"))")
  }

  @Test("nothing that is banned is used")
  func bans() {
    var faults: [String] = []
    for path in repository.swiftFiles {
      let code = SwiftCode(repository.text(path))
      for ban in Ban.all {
        for line in ban.hits(in: code, of: path) {
          faults.append("\(path):\(line): \(ban.text) is banned, use \(ban.instead)")
        }
      }
    }
    expectNone(faults)
  }

  @Test("files have at most 400 lines of at most 100 characters")
  func sizes() {
    var faults: [String] = []
    for path in repository.swiftFiles {
      let lines = repository.lines(path)
      if lines.count > 401 { faults.append("\(path): \(lines.count - 1) lines, at most 400") }
      let code = SwiftCode(repository.text(path)).lines
      for (number, line) in lines.enumerated() where line.count > 100 {
        // A line that is nothing but a string is as long as its text.
        let words = line.drop { $0 == " " }
        if code[number].allSatisfy({ " ,()]".contains($0) }), !words.hasPrefix("//") { continue }
        faults.append("\(path):\(number + 1): \(line.count) characters, at most 100")
      }
    }
    expectNone(faults)
  }

  @Test("functions have at most 70 lines")
  func functionLengths() {
    var faults: [String] = []
    for path in repository.swiftFiles {
      for function in SwiftCode(repository.text(path)).functions where function.length > 70 {
        faults.append("\(path):\(function.line): a function of \(function.length) lines")
      }
    }
    expectNone(faults)
  }

  @Test("files with unsafe code are small and say why it is safe")
  func unsafeFiles() {
    var faults: [String] = []
    for path in Unsafe.files.union(Unsafe.uncheckedFiles).sorted() where repository.exists(path) {
      let text = repository.text(path)
      let count = repository.lines(path).count
      if count > Unsafe.lineMaximum { faults.append("\(path): \(count) lines") }
      let code = SwiftCode(text).lines.joined(separator: "\n")
      if code.contains("unsafe "), !text.contains("// Safe:") {
        faults.append("\(path): unsafe code without a comment `// Safe:`")
      }
      if code.contains("@unchecked Sendable"), !text.contains("Invariant:") {
        faults.append("\(path): @unchecked Sendable without a comment `Invariant:`")
      }
    }
    expectNone(faults)
  }

  @Test("modules import only what they may")
  func imports() {
    var faults: [String] = []
    // The registry imports every plugin: that is its purpose.
    for path in repository.files(under: "Sources/", ending: ".swift")
    where !path.hasPrefix("Sources/Plugins/Registry/") {
      guard let rule = Imports.allowed.first(where: { path.hasPrefix($0.folder) }) else {
        faults.append("\(path): a folder that no rule of imports knows")
        continue
      }
      for module in Imports.modules(in: SwiftCode(repository.text(path)))
      where !rule.modules.contains(module) {
        faults.append("\(path): imports \(module), which \(rule.folder) may not")
      }
    }
    expectNone(faults)
  }

  @Test("no path of a machine is in the repository")
  func machinePaths() {
    let marks = ["/work" + "/", "/root" + "/", "/home" + "/", "/Users" + "/"]
    var faults: [String] = []
    for path in repository.files where !path.hasPrefix("Tests/Fuzz/Corpus/") {
      for (number, line) in repository.lines(path).enumerated() {
        for mark in marks where line.contains(mark) {
          faults.append("\(path):\(number + 1): \(mark)")
        }
      }
    }
    expectNone(faults)
  }

  @Test("no work is left for later, and nothing is left from debugging")
  func leftovers() {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
    var faults: [String] = []
    for path in repository.swiftFiles {
      for (number, line) in repository.lines(path).enumerated() {
        for mark in marks where line.contains(mark) {
          faults.append("\(path):\(number + 1): \(mark)")
        }
      }
    }
    expectNone(faults)
  }
}
