import BinaryProtocol
import EngineCore
import Foundation
import Testing

/// Alerts as people meet them: commands, rule files, and an engine that is killed while rules fire.
@Suite("Alerts beside a daemon", .serialized, .timeLimit(.minutes(5)))
struct AlertsToolTests {
  /// Rules of every kind on a simulation, quick enough to fire often.
  private static func configuration(interval: String = "2ms") -> String {
    """
    {
      "engine": { "admin": "run/engine.sock" },
      "plugins": [
        { "name": "kept", "type": "journal", "config": { "folder": "log", "segment": "256KiB" } },
        { "name": "sim", "type": "generator",
          "config": { "instruments": 5, "interval": "\(interval)", "seed": 1, "emit": "both" } },
        { "name": "bars", "type": "bars", "config": { "specs": ["1s"] } },
        { "name": "alerts", "type": "alerts", "config": {
            "store": "run/alerts.sqlite", "checkpoint": "300ms", "flapping": { "firings": 0 },
            "files": ["rules.json"], "poll": "200ms",
            "rules": [
              { "id": "high", "when": "high(*, 500ms)", "notify": ["mail"] },
              { "id": "low", "when": "low(*, 1s, mid)", "cooldown": "50ms", "notify": ["log"] },
              { "id": "jump", "when": "change(*, 50ms) > 0.001%", "for": "3ms",
                "clear": "change(*, 50ms) < 0%", "notify": ["mail", "log"], "group": "20ms" },
              { "id": "bar", "when": "bar(*, 1s).close > sma(*, 1s, 3)", "notify": ["mail"] },
              { "id": "mute", "when": "stale(*) for 10m", "notify": ["mail"] } ] } }
      ]
    }
    """
  }

  private func alerts(
    _ world: World, _ words: [String]
  ) async throws -> (code: Int32, output: String) {
    let (code, program) = try await world.run("enginectl", ["alerts"] + words)
    return (code, program.output + program.errors)
  }

  private func reply(_ world: World, _ words: [String]) async throws -> JSONValue {
    let (code, output) = try await alerts(world, words + ["--json"])
    #expect(code == 0, "\(words): \(output)")
    return try JSONReader().read(output)
  }

  private func status(_ control: Control) async throws -> JSONValue {
    let reply = try await control.call(
      "plugins.command", [("name", .string("alerts")), ("command", .string("status"))])
    return reply["reply"] ?? .null
  }

  @Test("an engine that is killed while rules fire loses no alert and repeats none")
  func killed() async throws {
    try await World.run(Self.configuration()) { world in
      try world.write("[]", to: "rules.json")
      var daemon = try await world.startDaemon()
      #expect(
        try await alerts(
          world, ["silence", "--rule", "bar", "--for", "10h", "--id", "night"]
        ).code == 0)
      for life in 1...6 {
        let control = try await world.connect()
        let before = try await status(control)["transitions"]?.int64 ?? 0
        // Random enough: the kill comes between two answers, whatever is under way.
        try await Deadline.wait(for: "transitions") {
          (try await status(control)["transitions"]?.int64 ?? 0) > before + Int64(40 * life)
            ? true : nil
        }
        daemon.signal(SIGKILL)
        _ = try await daemon.exitCode()
        daemon = try await world.startDaemon()
      }
      let silences = try await reply(world, ["silence"])["silences"]?.array ?? []
      #expect(silences.map { $0["id"]?.string } == ["night"])
      let control = try await world.connect()
      _ = try await control.call("plugins.stop", [("names", .array([.string("sim")]))])
      let log = daemon.errors
      #expect(!log.contains("does not lead to"), "\(log)")

      // Every alert that was told comes of what is recorded, across all those ends.
      let (same, rerun) = try await world.run(
        "enginectl", ["replay", "--verify", "--plugin", "alerts"])
      #expect(same == 0, "\(rerun.output)\(rerun.errors)")
      #expect(rerun.output.contains("identical:"), "\(rerun.output)")

      // Numbers have no hole, and no firing is there twice.
      let history = try await reply(world, ["history", "-n", "10000"])["transitions"]?.array ?? []
      let numbers = history.compactMap { $0["number"]?.int64 }.reversed()
      let isWhole = Array(numbers) == Array((numbers.first ?? 0)...(numbers.last ?? 0))
      #expect(isWhole)
      let firings = history.filter { $0["to"]?.string == "firing" }.map { firing in
        "\(firing["rule"]?.string ?? "") \(firing["symbol"]?.string ?? "") "
          + "\(firing["generation"]?.int64 ?? 0)"
      }
      #expect(firings.count > 100)
      #expect(Set(firings).count == firings.count)
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("every command works on a running engine, and what was added outlives it")
  func commands() async throws {
    try await World.run(Self.configuration(interval: "20ms")) { world in
      try world.write(
        #"{"rules":[{"id":"filed","when":"price(*) > 0","notify":["mail"]}]}"#, to: "rules.json")
      var daemon = try await world.startDaemon()
      let symbol = try await Deadline.wait(for: "instruments") {
        let control = try await world.connect()
        return try await control.call("instruments.list")["instruments"]?.array?.first?["symbol"]?
          .string
      }
      #expect(try await alerts(world, ["list"]).output.contains("filed"))
      let (added, shown) = try await alerts(
        world, ["add", "mine", "--when", "price(\(symbol)) > 0", "--notify", "mail"])
      #expect(added == 0 && shown.contains("command"), "\(shown)")
      let (wrong, fault) = try await alerts(
        world, ["add", "other", "--when", "price(\(symbol)X) > 0"])
      #expect(wrong == 1 && fault.contains("expected a known instrument"), "\(fault)")
      let (syntax, where_) = try await alerts(world, ["add", "other", "--when", "price("])
      #expect(syntax == 64 && where_.contains("when:"), "\(where_)")
      #expect(try await alerts(world, ["ack", "mine"]).output.contains("1 acknowledged"))
      #expect(try await alerts(world, ["explain", "mine", symbol]).output.contains("acknowledged"))
      #expect(try await alerts(world, ["disable", "filed"]).output.contains("it is disabled"))
      #expect(
        try await alerts(world, ["silence", "--symbol", symbol, "--for", "1h"]).code == 0)
      #expect(try await alerts(world, ["history", "--rule", "mine"]).output.contains("firing"))
      #expect(try await alerts(world, ["remove", "filed"]).code == 1)

      daemon.signal(SIGKILL)
      _ = try await daemon.exitCode()
      daemon = try await world.startDaemon()
      let rule = try await reply(world, ["show", "mine"])
      #expect(rule["states"]?.array?.first?["state"]?.string == "acknowledged")
      #expect(try await reply(world, ["show", "filed"])["enabled"]?.bool == false)
      #expect(try await reply(world, ["silence"])["silences"]?.array?.count == 1)
      #expect(try await alerts(world, ["enable", "filed"]).code == 0)
      #expect(try await alerts(world, ["remove", "mine"]).code == 0)
      #expect(try await alerts(world, ["show", "mine"]).code == 1)

      // A rule file that changes is taken over; one with a fault changes nothing.
      try world.write(#"[{"id":"second","when":"price(*) > 0"}]"#, to: "rules.json")
      try await Deadline.wait(for: "the rule of the file") {
        try await alerts(world, ["show", "second"]).code == 0 ? true : nil
      }
      #expect(try await alerts(world, ["show", "filed"]).code == 1)
      try world.write(#"[{"id":"third","when":"prise(*) > 0"}]"#, to: "rules.json")
      try await world.waitForLog("rules.json:1:23: [0].when:1:", of: daemon)
      #expect(try await alerts(world, ["show", "second"]).code == 0)
    }
  }

  @Test("engined check tells wrong rules with their place")
  func check() async throws {
    try await World.run(
      Self.configuration().replacing("high(*, 500ms)", with: "high(*, 100days)")
    ) { world in
      let (code, program) = try await world.run("engined", ["check"])
      #expect(code != 0)
      let output = program.output + program.errors
      #expect(
        output.contains("plugins.json:12:35: plugins[3].config.rules[0].when:9:"), "\(output)")
    }
  }
}
