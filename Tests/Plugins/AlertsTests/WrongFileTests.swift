import EngineCore
import Foundation
import Testing

@testable import Alerts

/// Configurations in which every rule is wrong: in what it says, and in its keys.
@Suite("Wrong rules in plugins.json")
struct WrongFileTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  private func lines(_ name: String) throws -> [String] {
    let url = Self.folder.appendingPathComponent(name)
    return try String(contentsOf: url, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test(
    "each is told with file, line, column, path, the column in its text, and what was meant",
    arguments: [("wrong-rules", 53), ("wrong-keys", 13)])
  func golden(name: String, count: Int) throws {
    let file = try lines("\(name).json").joined(separator: "\n")
    let catalog = [
      PluginDescription(
        kind: Alerts.manifest.kind, summary: "", settings: AlertsSettings.self)
    ]
    let error = #expect(throws: ConfigurationError.self) {
      _ = try ConfigurationLoader(catalog: catalog).load(Array(file.utf8), file: "\(name).json")
    }
    let told = (error?.faults ?? []).map(\.description)
    let expected = try lines("\(name).expected").dropLast()
    #expect(told.count == count)
    #expect(expected.count == count)
    for (line, golden) in zip(told, expected) { #expect(line == golden) }
  }

  @Test("a place is where what is wrong begins", arguments: ["wrong-rules", "wrong-keys"])
  func places(name: String) throws {
    let file = try lines("\(name).json")
    for golden in try lines("\(name).expected").dropLast() {
      let parts = golden.split(separator: ":", maxSplits: 3).map(String.init)
      let (line, column) = (try #require(Int(parts[1])), try #require(Int(parts[2])))
      let first = try #require(file[line - 1].dropFirst(column - 1).first)
      #expect("\"{[0123456789".contains(first), "\(golden)")
    }
  }
}
