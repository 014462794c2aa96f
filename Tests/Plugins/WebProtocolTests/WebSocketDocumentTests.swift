import EngineCore
import Foundation
import Testing

@testable import WebProtocol

@Suite("docs/websocket.md")
struct WebSocketDocumentTests {
  private static func page() throws -> String {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "docs/websocket.md")
    return try String(contentsOf: url, encoding: .utf8)
  }

  @Test("the table of close codes is that of the code")
  func closeCodes() throws {
    let page = try Self.page()
    for entry in WebSocketCloseCode.table {
      let row = "| \(entry.code.rawValue) | \(entry.name) | \(entry.advice.rawValue) |"
      #expect(page.contains(row), "\(row)")
    }
  }

  @Test("every error code, operation and flag is named")
  func words() throws {
    let page = try Self.page()
    for code in StreamCode.allCases { #expect(page.contains("`\(code.rawValue)`"), "\(code)") }
    for name in StreamRequest.operations { #expect(page.contains("`\(name)`"), "\(name)") }
    for kind in EventKind.allCases { #expect(page.contains("`\(kind.name)`"), "\(kind)") }
  }

  @Test("what a client says in the worked session is what this code understands")
  func session() throws {
    let page = try Self.page()
    let start = try #require(page.range(of: "## 7. A session"))
    let lines = page[start.upperBound...].split(separator: "\n").map { String($0) }
    let requests = lines.filter { $0.hasPrefix("C> {") }.map { $0.dropFirst(3) }
    #expect(requests.count >= 5)
    for request in requests {
      let parsed = StreamRequest.parse(Array(request.utf8).raw)
      #expect(throws: Never.self, "\(request)") { try parsed.get() }
    }
    let answers = lines.filter { $0.hasPrefix("S> {") }.map { $0.dropFirst(3) }
    #expect(answers.count >= 8)
    for answer in answers {
      #expect(throws: Never.self, "\(answer)") { try JSONReader().read(String(answer)) }
    }
  }
}
