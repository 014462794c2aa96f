import EngineCore
import Support
import Testing

@testable import Alerts

/// Changes of rule files that cannot be kept or made at first.
@Suite("Changes of rule files", .timeLimit(.minutes(1)))
struct RuleChangeTests {
  private func ids(_ stage: AlertsStage) throws -> [String] {
    (try stage.send("list")["rules"]?.array ?? []).compactMap { $0["id"]?.string }
  }

  private func pass(_ stage: AlertsStage, until rules: [String]) async throws {
    try await stage.until {
      stage.advance(seconds: 1)
      return try ids(stage) == rules
    }
  }

  @Test("a change of a rule file that could not be kept is made when it can")
  func notKept() async throws {
    let folder = try Folder()
    try folder.write(#"[{"id":"a","when":"price(A) > 10"}]"#, to: "rules.json")
    let store = HookedStore()
    let stage = try AlertsStage(
      "{\"poll\":\"1s\",\"files\":[\"\(folder.path)/rules.json\"]}", store: store)
    store.failToAdd(AlertStoreError("database or disk is full"))
    try folder.write(
      #"[{"id":"a","when":"price(A) > 10"},{"id":"b","when":"price(A) > 20"}]"#, to: "rules.json")
    try await stage.until {
      stage.advance(seconds: 1)
      return stage.log().contains { $0.contains("rules could not be changed") }
    }
    #expect(try ids(stage) == ["a"])
    store.failToAdd(nil)
    try await pass(stage, until: ["a", "b"])
    #expect(stage.log().count { $0.contains("rules could not be changed") } == 1)
  }

  @Test("a change whose command is refused is made when it is not, and others after it")
  func refused() async throws {
    let folder = try Folder()
    try folder.write(#"[{"id":"a","when":"price(A) > 10"}]"#, to: "rules.json")
    let stage = try AlertsStage("{\"poll\":\"1s\",\"files\":[\"\(folder.path)/rules.json\"]}")
    try folder.write(#"[{"id":"b","when":"price(A) > 20"}]"#, to: "rules.json")
    try await Alerts.$testRefusal.withValue(PluginError("alerts is starting, not running")) {
      try await stage.until {
        stage.advance(seconds: 1)
        return stage.log().contains { $0.contains("a change of rules was refused") }
      }
    }
    #expect(try ids(stage) == ["a"])
    try await pass(stage, until: ["b"])
    try folder.write(#"[{"id":"longer","when":"price(A) > 20"}]"#, to: "rules.json")
    try await pass(stage, until: ["longer"])
  }
}
