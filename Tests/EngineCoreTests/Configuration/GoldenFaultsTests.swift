import EngineCore
import Testing

/// Broken files and exactly what is said about them.
@Suite struct GoldenFaultsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let messages: [String]
    var environment: [String: String] = [:]
    var files: [String: String] = [:]
    var testDescription: String { name }
  }

  static let all = GoldenShapes.all + GoldenSettings.all + GoldenReferences.all

  @Test(
    "a broken file gets these messages and no others",
    arguments: all)
  func messages(of golden: Case) {
    let found = Fixture.messages(golden.text, golden.environment, files: golden.files)
    #expect(found == golden.messages)
  }

  @Test("there are cases enough") func count() {
    #expect(Self.all.count >= 45)
  }
}
