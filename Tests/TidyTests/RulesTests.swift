import Testing

/// The rules themselves: each finds what was planted for it.
@Suite("Rules of the code")
struct RulesTests {
  private func hits(_ source: String, in path: String = "Sources/EngineCore/X.swift") -> [String] {
    let code = SwiftCode(source)
    return Ban.all.filter { !$0.hits(in: code, of: path).isEmpty }.map(\.text)
  }

  @Test("a banned call is found", arguments: Ban.all.map(\.text))
  func planted(text: String) {
    #expect(hits("let x = \(text) 1\n").contains(text))
  }

  @Test("comments, strings and longer names do not count")
  func innocent() {
    #expect(hits("// try! this, then print( it\n").isEmpty)
    #expect(hits("/* fatalError /* nested */ */ let a = 1").isEmpty)
    #expect(hits(#"let text = "print( it" + "\"try!\"""#).isEmpty)
    #expect(hits("fingerprint(a)\nSystemFiles.print(b)\nfunc print(_ c: Int) {}").isEmpty)
  }

  @Test("code inside a string counts")
  func interpolation() {
    #expect(hits(#"let text = "a \(f("b", try! c())) d""#) == ["try!"])
  }

  @Test("lines are numbered as in the file, also after strings that go over several")
  func numbers() {
    let source = "let a = #\"\"\"\n  x \\#\n  y\n  \"\"\"#\ntry! b()\n"
    let hits = Ban.all.flatMap { $0.hits(in: SwiftCode(source), of: "Sources/X.swift") }
    #expect(hits == [5])
  }

  @Test("a file of the list may be unsafe, others may not")
  func exempt() {
    #expect(hits("unsafe a()", in: "Sources/EngineCore/Bus/Ring.swift").isEmpty)
    #expect(hits("unsafe a()", in: "Sources/EngineCore/Bus/Bus.swift") == ["unsafe "])
  }

  @Test("the length of a function is counted from its word to its brace")
  func functionLength() {
    let code = SwiftCode(
      """
      struct A {
        let value = 1
        func first(
          _ a: Int
        ) {
          if a > 0 { list.map { $0 } }
        }
        init() {}
      }
      """)
    #expect(code.functions == [.init(line: 3, length: 5), .init(line: 8, length: 1)])
  }

  @Test("imports are read with their access level")
  func imports() {
    let code = SwiftCode("public import A\nimport B\n// import C\n@testable import D\nlet a = 1")
    #expect(Imports.modules(in: code) == ["A", "B"])
  }
}
