import EngineCore
import Foundation
import Testing

/// How a daemon begins and ends.
@Suite("A daemon's life", .serialized, .timeLimit(.minutes(5)))
struct LifeTests {
  @Test(
    "SIGTERM and SIGINT stop it in order: sources, readers, engine", arguments: [15, 2] as [Int32])
  func stops(signal: Int32) async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      daemon.signal(signal)
      #expect(try await daemon.exitCode() == 0)
      let log = daemon.errors
      let marks = [
        "stopping signal=\(signal == SIGINT ? "SIGINT" : "SIGTERM")", "plugin stopped plugin=sim",
        "counted", "plugin stopped plugin=probe", "engine stopped",
      ]
      let places = marks.map { log.range(of: $0)?.lowerBound }
      #expect(!places.contains(nil), "\(log)")
      #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(log)")
      #expect(!world.exists("run/engine.sock"))
    }
  }

  @Test("a second daemon on the same socket is refused, with the pid of the first")
  func second() async throws {
    try await World.run { world in
      let first = try await world.startDaemon()
      let (code, second) = try await world.run("engined", [])
      #expect(code == 75)
      #expect(second.errors.contains("pid \(first.pid)"), "\(second.errors)")
      let control = try await world.connect()
      #expect(try await control.call("engine.info")["pid"]?.int64 == Int64(first.pid))
    }
  }

  @Test("a socket that a killed daemon left behind is cleared away")
  func stale() async throws {
    try await World.run { world in
      let first = try await world.startDaemon()
      first.signal(SIGKILL)
      _ = try await first.exitCode()
      #expect(world.exists("run/engine.sock"))
      let second = try await world.startDaemon()
      let control = try await world.connect()
      #expect(try await control.call("engine.info")["pid"]?.int64 == Int64(second.pid))
    }
  }

  @Test("a broken configuration is refused with all its faults")
  func brokenConfiguration() async throws {
    let text = """
      { "engine": { "ring": 100 },
        "plugins": [ { "name": "sim", "type": "generater" },
          { "name": "probe", "type": "probe", "config": { "report": 5 } } ] }
      """
    try await World.run(text) { world in
      let (code, daemon) = try await world.run("engined", [])
      #expect(code == 78)
      let lines = daemon.errors.split(separator: "\n")
      #expect(lines.count == 3, "\(daemon.errors)")
      #expect(lines.allSatisfy { $0.hasPrefix("plugins.json:") })
      #expect(daemon.errors.contains("did you mean \"generator\"?"))
      #expect(!world.exists("run"))

      let (checked, check) = try await world.run("engined", ["check", "--json"])
      #expect(checked == 78)
      let outcome = try JSONReader().read(Array(check.output.utf8))
      #expect(outcome["valid"]?.bool == false)
      #expect(outcome["faults"]?.array?.count == 3)
    }
  }

  @Test("a file that is not there is named")
  func missing() async throws {
    try await World.run(nil) { world in
      let (code, daemon) = try await world.run("engined", ["--config", "nowhere.json"])
      #expect(code == 66)
      #expect(daemon.errors.contains("nowhere.json"))
      #expect(try await world.run("engined", ["--nonsense"]).code == 64)
    }
  }

  @Test("--demo runs without any file")
  func demo() async throws {
    try await World.run(nil) { world in
      let daemon = try await world.startDaemon(["--demo"])
      let control = try await world.connect()
      #expect(try await control.tap(["trade.>"], count: 2).count == 2)
      daemon.signal(SIGTERM)
      #expect(try await daemon.exitCode() == 0)
    }
  }

  @Test("the offline commands print what they say")
  func offline() async throws {
    try await World.run { world in
      let (checked, check) = try await world.run("engined", ["check", "--json"])
      #expect(checked == 0)
      #expect(try JSONReader().read(Array(check.output.utf8))["valid"]?.bool == true)

      let (_, schema) = try await world.run("engined", ["schema"])
      let document = try JSONReader().read(Array(schema.output.utf8))
      #expect(document["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")

      // Replay has a key without a default, so that its defaults alone are no valid file.
      let (_, defaults) = try await world.run("engined", ["defaults", "generator", "probe"])
      try world.write(defaults.output, to: "defaults.json")
      let (code, loaded) = try await world.run("engined", ["check", "--config", "defaults.json"])
      #expect(code == 0, "\(loaded.errors)")

      let (_, version) = try await world.run("engined", ["--version"])
      #expect(version.output.hasPrefix("engined "))
    }
  }

  @Test("the service manager is told when it is ready and when it stops")
  func notification() async throws {
    try await World.run { world in
      let socket = try NotifySocket(path: "\(world.folder)/notify")
      let daemon = try await world.startDaemon(
        environment: ["NOTIFY_SOCKET": "\(world.folder)/notify"])
      let ready = try await Deadline.wait(for: "READY=1") { socket.receive() }
      #expect(ready.contains("READY=1"))
      daemon.signal(SIGHUP)
      let reloading = try await Deadline.wait(for: "RELOADING=1") { socket.receive() }
      #expect(reloading.contains("RELOADING=1") && reloading.contains("MONOTONIC_USEC="))
      let again = try await Deadline.wait(for: "READY=1 again") { socket.receive() }
      #expect(again.contains("READY=1"))
      daemon.signal(SIGTERM)
      let stopping = try await Deadline.wait(for: "STOPPING=1") { socket.receive() }
      #expect(stopping.contains("STOPPING=1"))
      #expect(try await daemon.exitCode() == 0)
    }
  }
}
