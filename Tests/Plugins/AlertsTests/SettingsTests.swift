import AlertRules
import EngineCore
import Foundation
import Support
import Testing

@testable import Alerts

/// What the configuration and rule files may say.
@Suite("Rules of files", .timeLimit(.minutes(1)))
struct SettingsTests {
  private func faults(_ config: String) -> [String] {
    do {
      _ = try AlertsStage.configuration(config)
      return []
    } catch let error as ConfigurationError {
      return error.faults.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  @Test(
    "a wrong rule is told with file, line, column, path, and the column in its text",
    arguments: [
      (
        #"{"rules":[{"id":"r","when":"change(A, 5m) > 2"}]}"#,
        "plugins[0].config.rules[0].when:17: expected a percentage such as 2%, found 2; "
          + "did you mean \"2%\"?"
      ),
      (
        #"{"rules":[{"id":"r","when":"price(A) > 1","message":"{vlaue}"}]}"#,
        "plugins[0].config.rules[0].message:1"
      ),
      (
        #"{"rules":[{"id":"r","when":"price(A) > 1"},{"id":"r","when":"price(A) > 2"}]}"#,
        "plugins[0].config.rules[1].id: expected an id that no other rule has, found \"r\", the id "
          + "of rules[0]"
      ),
      (
        #"{"rules":[{"id":"r","when":"price(A) > 1","clear":"price(B) < 1"}]}"#,
        "plugins[0].config.rules[0].clear: expected the instruments of \"when\": A"
      ),
      (
        #"{"rules":[{"id":"r","when":"price(A) > 1","serverity":"info"}]}"#,
        "plugins[0].config.rules[0].serverity: expected a known key, found \"serverity\"; "
          + "did you mean \"severity\"?"
      ),
      (#"{"rules":[{"when":"price(A) > 1"}]}"#, "plugins[0].config.rules[0].id: expected"),
      (
        #"{"rules":[{"id":"r","when":"price(A) > 1","repeat":"5ms"}]}"#,
        "plugins[0].config.rules[0].repeat: expected a duration from \"1s\""
      ),
    ])
  func wrong(config: String, fault: String) {
    let found = faults(config)
    #expect(found.count == 1 && found[0].contains(fault), "\(found)")
    #expect(found.first?.hasPrefix("plugins.json:2:") == true, "\(found)")
  }

  // MARK: Rule files

  @Test("a rule file that changes is taken over: rules come, change and go, and keep what they can")
  func reload() async throws {
    let folder = try Folder()
    try folder.write(
      #"[{"id":"a","when":"price(A) > 10"},{"id":"b","when":"price(A) > 20"}]"#, to: "rules.json")
    let config = "{\"poll\":\"1s\",\"files\":[\"\(folder.path)/rules.json\"]}"
    let stage = try AlertsStage(config)
    try stage.trade("15")
    #expect(stage.lines() == ["a A firing 1 15 0ms"])
    // The first has another severity and keeps its firing; the second goes, and a third comes.
    try folder.write(
      #"{"rules":[{"id":"a","when":"price(A) > 10","severity":"critical"},{"id":"c","when":"price(A) < 16"}]}"#,
      to: "rules.json")
    var count = 0
    try await stage.until {
      stage.advance(seconds: 1)
      count = (try stage.send("list")["rules"]?.array ?? []).count {
        ["a", "c"].contains($0["id"]?.string)
      }
      return count == 2
    }
    let ids = (try stage.send("list")["rules"]?.array ?? []).compactMap { $0["id"]?.string }
    #expect(ids == ["a", "c"])
    let lines = stage.lines()
    #expect(lines.count == 1 && lines[0].hasPrefix("c A firing 1 15 "), "\(lines)")
    try stage.trade("9")
    #expect(stage.lines().count == 1)
  }

  @Test("a rule file with faults changes nothing, and every fault is told with its place")
  func faulty() async throws {
    let folder = try Folder()
    try folder.write(#"[{"id":"a","when":"price(A) > 10"}]"#, to: "rules.json")
    let config = "{\"poll\":\"1s\",\"files\":[\"\(folder.path)/rules.json\"]}"
    let stage = try AlertsStage(config)
    try folder.write(
      """
      [
        { "id": "a", "when": "price(A) > 11" },
        { "id": "b", "when": "prise(A) > 11" }
      ]
      """, to: "rules.json")
    try await stage.until {
      stage.advance(seconds: 1)
      // The plugin may have come to the file while it was being written.
      return stage.log().contains { $0.contains("rules stay as they were") && $0.contains("[1]") }
    }
    let told = stage.log().last { $0.contains("rules stay as they were") } ?? ""
    #expect(told.contains("rules.json:3:24: [1].when:1: expected"), "\(told)")
    try stage.trade("10.5")
    #expect(try stage.send("show", #"{"rule":"a"}"#)["rule"]?["when"]?.string == "price(A) > 10")
  }

  @Test("what is no file of a fair size is told, and not waited for", arguments: [0, 1, 2, 3])
  func noFile(number: Int) throws {
    let folder = try Folder()
    var path = "\(folder.path)/rules"
    let expected: String
    switch number {
    case 0:
      expected = "expected a file that can be read, found none"
    case 1:
      path = "/dev/null"
      expected = "expected a file, found a pipe or a device"
    case 2:
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      expected = "expected a file, found a folder"
    default:
      try folder.write("", to: "rules")
      try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 1 << 40)
      expected = "found 1099511627776"
    }
    let error = #expect(throws: PluginError.self) {
      try RuleFiles(paths: [path], own: []).read()
    }
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "-")")
  }

  @Test("a link to a rule file is read, and changes of what it leads to are seen")
  func link() throws {
    let folder = try Folder()
    try folder.write(#"[{"id":"a","when":"price(A) > 10"}]"#, to: "real.json")
    let path = "\(folder.path)/rules.json"
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: "\(folder.path)/real.json")
    let files = RuleFiles(paths: [path], own: [])
    let content = try files.read()
    #expect(content.rules.map(\.rule.id) == ["a"])
    #expect(files.marks() == content.marks)
    try folder.write(#"[{"id":"longer","when":"price(A) > 10"}]"#, to: "real.json")
    #expect(files.marks() != content.marks)
  }

  @Test("a rule file with faults keeps the plugin from starting")
  func faultyAtStart() throws {
    let folder = try Folder()
    try folder.write(#"[{"id":"a","when":"price(A) >"}]"#, to: "rules.json")
    let stage = try AlertsStage("{\"files\":[\"\(folder.path)/rules.json\"]}")
    let status = stage.engine.host.status("alerts")
    #expect(status?.state != .running)
    #expect(
      status?.lastError?.contains("rules.json:1:19: [0].when:11") == true,
      "\(status?.lastError ?? "-")")
  }

  @Test("rules that were changed while nobody was there are taken over at the next start")
  func changedMeanwhile() throws {
    let store = MemoryAlertStore()
    let first = try AlertsStage(
      #"{"rules":[{"id":"a","when":"price(A) > 10"},{"id":"b","when":"price(A) > 1"}]}"#,
      store: store)
    try first.trade("11")
    #expect(first.lines().count == 2)
    first.stop()
    let second = try AlertsStage(
      #"{"rules":[{"id":"a","when":"price(A) > 12"}]}"#, store: store,
      at: first.clock.now().advanced(byNanos: 1_000_000_000))
    // Both end: one was replaced by another condition, one is gone.
    #expect(second.lines() == ["b A resolved 1 11 0ms", "a A resolved 1 11 0ms"])
    try second.trade("13")
    // Its firings go on counting.
    #expect(second.lines() == ["a A firing 2 13 1000ms"])
  }
}
