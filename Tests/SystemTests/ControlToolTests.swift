import EngineCore
import Foundation
import Testing

/// The real control tool against the real daemon.
@Suite("enginectl", .serialized, .timeLimit(.minutes(5)))
struct ControlToolTests {
  @Test("it lists plugins, as a table and as JSON")
  func list() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let (code, table) = try await world.run("enginectl", ["list"])
      #expect(code == 0, "\(table.errors)")
      #expect(table.output.contains("sim") && table.output.contains("running"))
      let (_, json) = try await world.run("enginectl", ["list", "--json"])
      let plugins = try JSONReader().read(Array(json.output.utf8))["plugins"]?.array
      #expect(plugins?.compactMap { $0["name"]?.string }.sorted() == ["probe", "sim"])
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("it taps as many events as asked for, one JSON object a line")
  func tap() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let (code, tap) = try await world.run(
        "enginectl", ["tap", "trade.*", "--limit", "2", "--json"])
      #expect(code == 0, "\(tap.errors)")
      let events = try tap.output.split(separator: "\n").map {
        try JSONReader().read(Array($0.utf8))
      }
      #expect(events.filter { $0["kind"]?.string == "trade" }.count == 2)
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("it stops and starts a plugin")
  func control() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      #expect(try await world.run("enginectl", ["stop", "sim"]).code == 0)
      let control = try await world.connect()
      #expect(try await control.plugin("sim")["state"]?.string == "stopped")
      #expect(try await world.run("enginectl", ["start", "sim"]).code == 0)
      #expect(try await control.plugin("sim")["state"]?.string == "running")
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("its exit code says what went wrong")
  func exitCodes() async throws {
    try await World.run { world in
      let (absent, tool) = try await world.run("enginectl", ["list"])
      #expect(absent == 69)
      #expect(tool.errors.contains("engined"), "\(tool.errors)")
      let daemon = try await world.startDaemon()
      #expect(try await world.run("enginectl", ["stop", "nobody"]).code == 1)
      #expect(try await world.run("enginectl", ["--nonsense"]).code == 64)
      withExtendedLifetime(daemon) {}
    }
  }
}
