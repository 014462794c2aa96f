import BinaryProtocol
import EngineCore
import Foundation
import Testing

/// The journal as people and clients meet it: commands, and an engine that is killed.
@Suite("A journal beside a daemon", .serialized, .timeLimit(.minutes(5)))
struct JournalToolTests {
  private static func configuration(_ interval: String = "1ms") -> String {
    """
    {
      "engine": { "admin": "run/engine.sock" },
      "plugins": [
        { "name": "kept", "type": "journal", "config": { "folder": "log", "segment": "64KiB" } },
        { "name": "sim", "type": "generator",
          "config": { "instruments": 5, "interval": "\(interval)", "seed": 1 } },
        { "name": "bars", "type": "bars", "config": { "specs": ["1s", "1m"] } },
        { "name": "feed", "type": "binary",
          "config": { "listen": "127.0.0.1:0", "socket": "run/feed.sock" } }
      ]
    }
    """
  }

  private func journal(
    _ world: World, _ words: [String]
  ) async throws -> (code: Int32, output: String) {
    let (code, program) = try await world.run("enginectl", ["journal"] + words)
    return (code, program.output + program.errors)
  }

  private func files(_ world: World) async throws -> Int {
    let status = try JSONReader().read(
      Array(try await journal(world, ["status", "--json"]).output.utf8))
    return status["files"]?.array?.count ?? 0
  }

  @Test("its commands show, check, copy, pack and prune it, and play it again")
  func commands() async throws {
    try await World.run(Self.configuration()) { world in
      let daemon = try await world.startDaemon()
      while try await files(world) < 3 { try Task.checkCancellation() }
      let (shown, table) = try await journal(world, ["status"])
      #expect(shown == 0 && table.contains("00000000000000000001.seg"), "\(table)")
      #expect(table.contains("recorded through"))
      let (sound, report) = try await journal(world, ["verify"])
      #expect(sound == 0 && report.contains("sound:"), "\(report)")
      #expect(try await journal(world, ["backup", "copy"]).code == 0)
      let (again, refusal) = try await journal(world, ["backup", "copy"])
      #expect(again == 1 && refusal.contains("not empty"), "\(refusal)")
      let (packed, summary) = try await journal(world, ["compact"])
      #expect(packed == 0 && summary.contains("freed"), "\(summary)")
      #expect(try await journal(world, ["prune", "--max-size", "1KiB"]).code == 0)
      #expect(!world.exists("log/00000000000000000001.seg"))
      #expect(try await journal(world, ["verify"]).code == 0)

      // The copy has all of it, and somebody may look at it without an engine.
      let (copied, copy) = try await journal(world, ["verify", "--folder", "copy"])
      #expect(copied == 0, "\(copy)")
      let (locked, holder) = try await journal(world, ["compact", "--folder", "log"])
      #expect(locked == 1 && holder.contains("in use by process"), "\(holder)")
      let (played, replay) = try await world.run(
        "enginectl",
        ["replay", "--folder", "copy", "--source", "again", "--address", "unix:run/feed.sock"])
      #expect(played == 0, "\(replay.errors)")
      #expect(replay.output.contains("events taken"))

      // Damage is found, and told with its place.
      let path = "\(world.folder)/copy/00000000000000000001.seg"
      var bytes = try Data(contentsOf: URL(filePath: path))
      bytes[bytes.count / 2] ^= 0x10
      try bytes.write(to: URL(filePath: path))
      let (damaged, faults) = try await journal(world, ["verify", "--folder", "copy"])
      #expect(damaged == 1 && faults.contains("00000000000000000001.seg"), "\(faults)")
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("an engine that is killed goes on, and its client misses nothing")
  func killed() async throws {
    try await World.run(Self.configuration("100us")) { world in
      var daemon = try await world.startDaemon()
      let client = try await FeedFailureTests.client(world)
      var batches = client.subscribe(SubscribeRequest([">"])).makeAsyncIterator()
      var view = StreamView()
      for _ in 1...5 {
        let before = view.taken
        while view.taken < before + 2_000 { try view.take(try #require(try await batches.next())) }
        daemon.signal(SIGKILL)
        _ = try await daemon.exitCode()
        daemon = try await world.startDaemon()
      }
      let before = view.taken
      while view.taken < before + 2_000 { try view.take(try #require(try await batches.next())) }
      #expect(view.faults.isEmpty, "\(view.faults)")
      #expect(view.epochs.count == 1)
      await client.close()
      let (sound, report) = try await journal(world, ["verify"])
      #expect(sound == 0, "\(report)")

      // Every bar that was told comes of what is recorded, across all those ends.
      let (same, rerun) = try await world.run("enginectl", ["replay", "--verify"])
      #expect(same == 0, "\(rerun.output)\(rerun.errors)")
      #expect(rerun.output.contains("6 instances") && rerun.output.contains("identical:"))
      let (part, middle) = try await world.run(
        "enginectl", ["replay", "--verify", "--from", "3000", "--to", "9000", "--json"])
      #expect(part == 0, "\(middle.output)")
      #expect(middle.output.contains(#""identical":true,"events":6000"#), "\(middle.output)")
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("without a journal the commands say what to do")
  func absent() async throws {
    try await World.run { world in
      let daemon = try await world.startDaemon()
      let (code, told) = try await journal(world, ["status"])
      #expect(code == 1 && told.contains("the engine keeps no journal"), "\(told)")
      let (empty, reason) = try await journal(world, ["verify", "--folder", "nowhere"])
      #expect(empty == 1 && reason.contains("no journal in nowhere"), "\(reason)")
      let (none, rerun) = try await world.run("enginectl", ["replay", "--verify"])
      #expect(none == 1 && rerun.errors.contains("keeps no journal"), "\(rerun.errors)")
      withExtendedLifetime(daemon) {}
    }
  }
}
