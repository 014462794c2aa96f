import EngineCore
import Fanout
import Testing

@testable import BinaryFrontend

@Suite("Binary frontend: settings and rights")
struct BinaryFrontendSettingsTests {
  @Test("the table of keys has no fault of its own")
  func table() {
    let description = PluginDescription(
      kind: "binary", summary: "", settings: BinaryFrontendSettings.self)
    #expect(description.tableFaults.isEmpty)
  }

  @Test(
    "a right covers a pattern when it covers all that the pattern may match",
    arguments: [
      (">", ">", true), (">", "trade.X", true), ("trade.>", "trade.X", true),
      ("trade.>", "trade", true), ("trade.X", "trade.X", true), ("trade.X", "trade.>", false),
      ("trade.*", "trade.X", true), ("trade.X", "trade.*", false), ("trade.>", ">", false),
      ("trade.>", "*.X", false), ("bar.X", "bar.X.1m", true), ("bar.X.1m", "bar.X", false),
      ("*.X", "trade.X", true), ("trade.*", "trade.>", false), ("trade", "trade.X", true),
    ])
  func covering(right: String, pattern: String, isCovered: Bool) throws {
    let right = try SubjectPattern(parsing: right)
    #expect(right.covers(try SubjectPattern(parsing: pattern)) == isCovered)
  }
}
