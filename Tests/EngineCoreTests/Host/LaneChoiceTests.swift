import EngineCore
import Support
import Testing

@Suite("Which lane a plugin runs on")
struct LaneChoiceTests {
  /// The lanes of a source, of a reader, and of one that names its own.
  private func lanes(_ settings: String, processors: Int?) throws -> [String?] {
    let configuration = try EngineFixture.configuration(
      """
      {"name":"source","type":"ticks"},{"name":"reader","type":"recording"},
      {"name":"own","type":"recording","lane":"apart"}
      """, engine: settings)
    let engine = try Engine(
      configuration: configuration, types: EngineFixture.types, clock: ManualClock(),
      logs: LogCenter(), usesThreads: false, processors: processors, seed: 1)
    return ["source", "reader", "own"].map { engine.host.status($0)?.lane }
  }

  @Test("sources share a lane with readers where there is no processor to spare")
  func processors() throws {
    for few in [1, 2] {
      #expect(try lanes("", processors: few) == ["main", "main", "apart"])
    }
    for many in [3, 64] {
      #expect(try lanes("", processors: many) == ["sources", "main", "apart"])
    }
  }

  @Test("a number of lanes in the configuration goes before what suits the machine")
  func configured() throws {
    #expect(try lanes(#""lanes":2"#, processors: 1) == ["sources", "main", "apart"])
    #expect(try lanes(#""lanes":1"#, processors: 64).prefix(2) == ["main", "main"])
  }

  @Test("an engine that is turned step by step does not depend on the machine")
  func stepped() throws {
    #expect(try lanes("", processors: nil) == ["sources", "main", "apart"])
  }
}
