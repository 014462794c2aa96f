import BinaryProtocol
import EngineCore
import Foundation
import Testing

/// A real daemon is asked and told things over its socket.
@Suite("A running daemon", .serialized, .timeLimit(.minutes(5)))
struct RunningTests {
  @Test("it says what it is, and its plugins run")
  func information() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let control = try await world.connect()
      let information = try await control.call("engine.info")
      #expect(information["name"]?.string == "tickwire")
      #expect(information["pid"]?.int64 == Int64(daemon.pid))
      #expect(information["plugins"]?.int64 == 2)
      for (name, type) in [("sim", "generator"), ("probe", "probe")] {
        let plugin = try await control.plugin(name)
        #expect(plugin["type"]?.string == type)
        #expect(plugin["state"]?.string == "running")
      }
      try await control.waitForEvents("probe", moreThan: 5)
    }
  }

  @Test("a plugin stops and starts alone")
  func stopAndStart() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let control = try await world.connect()
      let names: [(String, JSONValue)] = [("names", .array([.string("sim")]))]
      let stopped = try await control.call("plugins.stop", names)
      #expect(stopped["results"]?.array?.first?["ok"]?.bool == true)
      #expect(try await control.plugin("sim")["state"]?.string == "stopped")
      #expect(try await control.plugin("probe")["state"]?.string == "running")
      let count = try await control.plugin("probe")["events_in"]?.int64 ?? 0
      _ = try await control.call("plugins.start", names)
      #expect(try await control.plugin("sim")["state"]?.string == "running")
      try await control.waitForEvents("probe", moreThan: count)
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("a tap receives events in order of their sequence, as many as asked for")
  func tap() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let control = try await world.connect()
      let events = try await control.tap(["trade.>"], count: 10)
      #expect(events.count == 10)
      let sequences = events.compactMap { $0["seq"]?.int64 }
      #expect(sequences.count == 10 && sequences == sequences.sorted())
      #expect(events.allSatisfy { $0["kind"]?.string == "trade" })
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("a mistake is answered with what is known instead")
  func mistakes() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let control = try await world.connect()
      await #expect {
        _ = try await control.call("plugins.status", [("name", .string("simm"))])
      } throws: { error in
        let error = error as? CallError
        return error?.code == .notFound && error?.hint?.contains("sim") == true
      }
      await #expect {
        _ = try await control.tap(["trade.NOPE"], count: 1)
      } throws: { ($0 as? CallError)?.code == .notFound }
      withExtendedLifetime(daemon) {}
    }
  }

  // MARK: Reloading

  @Test("a broken file changes nothing, and the answer says why")
  func reloadBroken() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let control = try await world.connect()
      let before = try await control.plugin("sim")["since"]
      try world.write(
        #"{"plugins": [{"name": "sim", "type": "generator", "config": {"intervall": 5}}]}"#,
        to: "plugins.json")
      let reply = try await control.call("config.reload")
      #expect(reply["applied"]?.bool == false)
      let fault = try #require(reply["faults"]?.array?.first?.string)
      #expect(fault.hasPrefix("plugins.json:1:"))
      #expect(fault.contains("intervall"))
      #expect(try await control.plugin("sim")["since"] == before)
      #expect(try await control.plugin("probe")["state"]?.string == "running")
      try await control.waitForEvents("probe", moreThan: 5)
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("a good file restarts what changed and leaves the rest alone")
  func reloadGood() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let control = try await world.connect()
      let events = try await control.waitForEvents("probe", moreThan: 5)
      let sim = try await control.plugin("sim")["since"]
      let probe = try await control.plugin("probe")["since"]
      let sequence = try await control.call("engine.info")["sequence"]?.int64 ?? 0
      let changed = World.configuration.replacing("\"seed\": 1", with: "\"seed\": 2")
        .replacing(
          "] } }\n  ]",
          with: "] } },\n{ \"name\": \"second\", \"type\": \"probe\" }\n  ]")
      try world.write(changed, to: "plugins.json")

      let plan = try await control.call("config.reload", [("dry_run", .bool(true))])
      #expect(plan["applied"]?.bool == false)
      #expect(plan["plan"]?["unchanged"]?.array == [.string("probe")])

      let reply = try await control.call("config.reload")
      #expect(reply["applied"]?.bool == true)
      #expect(reply["plan"]?["added"]?.array == [.string("second")])
      #expect(reply["plan"]?["changed"]?.array?.first?["name"]?.string == "sim")
      #expect(try await control.plugin("probe")["since"] == probe)
      #expect(try await control.plugin("sim")["since"] != sim)
      #expect(try await control.plugin("second")["state"]?.string == "running")
      try await control.waitForEvents("probe", moreThan: events)
      let after = try await control.call("engine.info")["sequence"]?.int64 ?? 0
      #expect(after > sequence)
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("a plugin that the new file disables stops, and starts when it is enabled again")
  func reloadEnabled() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let control = try await world.connect()
      let disabled = World.configuration.replacing(
        "\"type\": \"generator\",", with: "\"type\": \"generator\", \"enabled\": false,")
      try world.write(disabled, to: "plugins.json")
      #expect(try await control.call("config.reload")["applied"]?.bool == true)
      #expect(try await control.plugin("sim")["state"]?.string == "stopped")
      try world.write(World.configuration, to: "plugins.json")
      #expect(try await control.call("config.reload")["applied"]?.bool == true)
      #expect(try await control.plugin("sim")["state"]?.string == "running")
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("SIGHUP reloads the file")
  func hangUp() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      try world.write("{ no json", to: "plugins.json")
      daemon.signal(SIGHUP)
      try await world.waitForLog("not reloaded", of: daemon)
      try world.write(
        World.configuration.replacing("\"sim\"", with: "\"other\""), to: "plugins.json")
      daemon.signal(SIGHUP)
      let control = try await world.connect()
      try await Deadline.wait(for: "the new plugin") {
        try await control.find("other")?["state"]?.string == "running" ? true : nil
      }
      #expect(daemon.isRunning)
    }
  }
}
