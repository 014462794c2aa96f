import EngineCore
import Foundation
import Plugins
import Testing

/// Documents and example files say what the code does.
@Suite("Documents and examples")
struct DocumentTests {
  private let repository = Repository.here

  @Test("docs/configuration.md is what `engined docs` prints (make docs)")
  func reference() {
    let text = ReferenceDocument.text(catalog: Configurations.catalog)
    #expect(repository.text("docs/configuration.md") == text)
  }

  @Test("plugins.schema.json is what `engined schema` prints (make docs)")
  func schema() {
    let text = SchemaDocument.text(catalog: Configurations.catalog)
    #expect(repository.text("plugins.schema.json") == text)
  }

  static var files: [String] {
    ["plugins.json", "deploy/plugins.json"]
      + Repository.here.files(under: "examples/", ending: ".json")
  }

  @Test("a configuration of the repository is accepted without a warning", arguments: files)
  func example(path: String) throws {
    let bytes = try #require(repository.bytes(path))
    let configuration = try Configurations.load(bytes, file: path)
    #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
    #expect(!configuration.plugins.isEmpty)
  }

  @Test("what --demo runs is what plugins.json runs")
  func demo() throws {
    let source = repository.text("Sources/engined/ConfigurationSource.swift")
    let begin = try #require(source.range(of: "demoText = \"\"\"\n"))
    let rest = source[begin.upperBound...]
    let end = try #require(rest.range(of: "\"\"\""))
    let demo = try JSONReader().read(Array(rest[..<end.lowerBound].utf8))
    let file = try JSONReader().read(try #require(repository.bytes("plugins.json")))
    #expect(demo["plugins"] == file["plugins"])
    #expect(demo["engine"] == file["engine"])
  }

  @Test("a link to a file leads to one")
  func links() {
    var faults: [String] = []
    for path in repository.files(ending: ".md") {
      let folder = (path as NSString).deletingLastPathComponent
      for match in repository.text(path).matches(of: /\]\(([^)\s]+)\)/) {
        let target = match.1.split(separator: "#", omittingEmptySubsequences: false)[0]
        if target.isEmpty || target.contains("://") { continue }
        let joined = folder.isEmpty ? String(target) : "\(folder)/\(target)"
        let resolved = (joined as NSString).standardizingPath
        if !repository.exists(resolved) { faults.append("\(path): \(match.1)") }
      }
    }
    #expect(faults.isEmpty, "\n\(faults.joined(separator: "\n"))")
  }

  @Test("a document that the code names exists")
  func mentions() {
    var faults: [String] = []
    for path in repository.files(under: "Sources/") + repository.files(under: "Benchmarks/") {
      for match in repository.text(path).matches(of: /\bdocs\/[A-Za-z0-9_\/-]+\.md/)
      where !repository.exists(String(match.output)) {
        faults.append("\(path): \(match.output)")
      }
    }
    #expect(faults.isEmpty, "\n\(faults.joined(separator: "\n"))")
  }

  @Test("a Markdown file begins with its title")
  func titles() {
    for path in repository.files(ending: ".md") {
      #expect(repository.text(path).hasPrefix("# "), "\(path)")
    }
  }

  @Test("every decision is numbered and has its three parts")
  func decisions() {
    let paths = repository.files(under: "docs/adr/", ending: ".md")
    #expect(!paths.isEmpty)
    for (index, path) in paths.enumerated() {
      let number = String(format: "%04d", index + 1)
      #expect(path.hasPrefix("docs/adr/\(number)-"), "\(path)")
      let text = repository.text(path)
      for part in ["## Context", "## Decision", "## Consequences"] {
        #expect(text.contains(part), "\(path): \(part)")
      }
      #expect(repository.lines(path).count <= 41, "\(path)")
    }
  }

  @Test("admin methods are those of docs/admin.md")
  func adminMethods() {
    let document = repository.text("docs/admin.md")
    for path in repository.files(under: "Sources/engined/AdminService", ending: ".swift") {
      for match in repository.text(path).matches(of: /router\.(?:unary|streaming)\(\s*"([a-z.]+)"/)
      {
        #expect(document.contains("`\(match.1)`"), "\(match.1)")
      }
    }
  }
}
