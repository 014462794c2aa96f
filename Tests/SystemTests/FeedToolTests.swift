import BinaryProtocol
import EngineCore
import Foundation
import Support
import Testing

/// The feed commands of the real control tool against the binary frontend of a real daemon.
@Suite("enginectl and a binary feed", .serialized, .timeLimit(.minutes(5)))
struct FeedToolTests {
  /// A daemon with a quick generator and a feed on a port of its own, and its address.
  private static func run(
    feed: String = "", sim: Bool = true,
    _ body: (World, _ address: String, Program) async throws -> Void
  ) async throws {
    let generator =
      sim
      ? """
      { "name": "sim", "type": "generator",
        "config": { "instruments": 5, "interval": "20ms", "seed": 1 } },
      """ : ""
    let configuration = """
      {
        "engine": { "admin": "run/engine.sock" },
        "plugins": [
          \(generator)
          { "name": "feed", "type": "binary",
            "config": { "listen": "127.0.0.1:0", "socket": "run/feed.sock"\(feed) } }
        ]
      }
      """
    try await World.run(configuration) { world in
      try world.write(TestCertificate.certificate, to: "certificate.pem")
      try world.write(TestCertificate.key, to: "key.pem")
      let daemon = try await world.startDaemon()
      try await body(world, try await address(of: daemon), daemon)
      withExtendedLifetime(daemon) {}
    }
  }

  /// The address in the log line "listening".
  private static func address(of daemon: Program) async throws -> String {
    try await Deadline.wait(for: "the address in the log") {
      for line in daemon.errors.split(separator: "\n") where line.contains("listening") {
        if let match = line.firstMatch(of: /address="?([^" ]+)/) { return String(match.1) }
      }
      return nil
    }
  }

  private func events(_ program: Program) throws -> [JSONValue] {
    try program.output.split(separator: "\n").map { try JSONReader().read(Array($0.utf8)) }
  }

  // MARK: import

  @Test("it imports a file of JSON lines, and says what it cannot read")
  func importing() async throws {
    try await Self.run(sim: false) { world, address, _ in
      try world.write(
        """
        {"time":"2024-01-15T10:00:00Z","symbol":"A","price":1.5,"size":2}
        {"time":"2024-01-15T10:00:01Z","symbol":"B","price":2.5}

        """, to: "ticks.ndjson")
      let words = ["--address", address, "--json"]
      let (code, done) = try await world.run("enginectl", ["import", "ticks.ndjson"] + words)
      #expect(code == 0, "\(done.errors)")
      let reply = try JSONReader().read(Array(done.output.utf8))
      #expect(reply["accepted"]?.int64 == 2 && reply["unreadable"]?.int64 == 0)
      try world.write("time,symbol,price\n2024-01-15,A,1\n2024-01-15,A,x\n", to: "ticks.csv")
      let (faulty, told) = try await world.run("enginectl", ["import", "ticks.csv"] + words)
      #expect(faulty == 1 && told.errors.contains("ticks.csv:3: "), "\(told.errors)")
      let (missing, none) = try await world.run("enginectl", ["import", "none"] + words)
      #expect(missing == 1 && none.errors.contains("none: "), "\(none.errors)")
    }
  }

  // MARK: subscribe

  @Test("it subscribes to as many events as asked for, as lines and as JSON, compressed or not")
  func subscribe() async throws {
    try await Self.run { world, address, _ in
      let words = ["subscribe", "trade.>", "--address", address, "--limit", "3"]
      let (code, lines) = try await world.run("enginectl", words)
      #expect(code == 0, "\(lines.errors)")
      let shown = lines.output.split(separator: "\n")
      #expect(shown.count == 3 && shown.allSatisfy { $0.contains("  trade.") })
      #expect(shown.allSatisfy { $0.contains("sim") })

      let (_, json) = try await world.run("enginectl", words + ["--json", "--compress"])
      let trades = try events(json)
      #expect(trades.count == 3 && trades.allSatisfy { $0["kind"]?.string == "trade" })
      #expect(trades.allSatisfy { $0["price"]?.number != nil && $0["source"]?.string == "sim" })
      let sequences = trades.compactMap { $0["seq"]?.int64 }
      #expect(sequences == sequences.sorted())
    }
  }

  @Test("a snapshot comes first, and a stream goes on from a position without a hole")
  func positions() async throws {
    try await Self.run { world, address, _ in
      let words = ["subscribe", ">", "--address", address, "--json"]
      let (code, first) = try await world.run(
        "enginectl", words + ["--from", "snapshot", "--limit", "40", "--positions"])
      #expect(code == 0, "\(first.errors)")
      let seen = try events(first)
      let end = try #require(seen.firstIndex { $0["snapshot_end"]?.bool == true })
      #expect(seen[..<end].allSatisfy { $0["kind"]?.string != "gap" })
      let epoch = try #require(seen[end]["epoch"]?.string)
      let last = try #require(seen.last { $0["kind"]?.string != "position" }?["seq"]?.int64)

      let (_, second) = try await world.run(
        "enginectl", words + ["--from", "\(epoch):\(last + 1)", "--limit", "5"])
      let next = try events(second).compactMap { $0["seq"]?.int64 }
      #expect(next == (1...5).map { last + $0 }, "\(second.output)")
    }
  }

  @Test("raw are whole records that a decoder reads")
  func raw() async throws {
    try await Self.run { world, address, _ in
      let (code, program) = try await world.run(
        "enginectl", ["subscribe", "trade.>", "--address", address, "--raw", "-n", "4"])
      #expect(code == 0, "\(program.errors)")
      let bytes = program.outputBytes
      var decoder = RecordDecoder(bytes.raw)
      var trades = 0
      var names: Set<UInt32> = []
      while let record = try decoder.next() {
        switch record {
        case .event(let event):
          trades += 1
          #expect(event.kind == .trade && names.contains(event.instrument.raw))
        case .definition(let definition) where definition.namespace == .instrument:
          names.insert(definition.id)
        case .definition, .position: break
        }
      }
      #expect(trades == 4 && decoder.offset == bytes.count)
    }
  }

  @Test("when the daemon is started anew the subscription goes on with its new log")
  func restart() async throws {
    try await Self.run { world, _, daemon in
      let tool = try world.start(
        "enginectl", ["subscribe", "trade.>", "--address", "unix:run/feed.sock", "--json"])
      try await Deadline.wait(for: "a trade") { tool.output.contains("trade") ? true : nil }
      daemon.signal(SIGKILL)
      _ = try await daemon.exitCode()
      try await Deadline.wait(for: "the notice of a lost connection") {
        tool.errors.contains("the connection is lost") ? true : nil
      }
      let before = tool.output.count
      let second = try await world.startDaemon()
      try await Deadline.wait(for: "trades of the new log; it said \(tool.errors)") {
        tool.output.count > before && tool.errors.contains("another log") ? true : nil
      }
      tool.signal(SIGINT)
      #expect(try await tool.exitCode() == 0)
      withExtendedLifetime(second) {}
    }
  }

  @Test("--no-reconnect ends with 69 when the connection is lost, and --timeout with 124")
  func endings() async throws {
    try await Self.run(sim: false) { world, address, daemon in
      let (late, _) = try await world.run(
        "enginectl", ["subscribe", "trade.>", "--address", address, "--timeout", "300ms"])
      #expect(late == 124)
      let tool = try world.start(
        "enginectl",
        ["subscribe", "status.>", "--from", "snapshot", "--address", address, "--no-reconnect"])
      try await Deadline.wait(for: "a status") { tool.output.contains("status") ? true : nil }
      daemon.signal(SIGKILL)
      #expect(try await tool.exitCode() == 69, "\(tool.errors)")
      let (absent, gone) = try await world.run(
        "enginectl", ["subscribe", "--address", address])
      #expect(absent == 69 && gone.errors.contains(address), "\(gone.errors)")
    }
  }

  @Test("a client that is kicked ends and says why, others go on")
  func kick() async throws {
    try await Self.run { world, address, _ in
      func clients(_ count: Int) async throws -> [String] {
        try await Deadline.wait(for: "\(count) clients") {
          let (_, list) = try await world.run("enginectl", ["clients", "list", "--json"])
          let clients = try events(list).first?["clients"]?.array ?? []
          return clients.count == count ? clients.compactMap { $0["id"]?.string } : nil
        }
      }
      let words = ["subscribe", "trade.>", "--address", address]
      let kicked = try world.start("enginectl", words)
      let id = try await clients(1)[0]
      let other = try world.start("enginectl", words)
      let ids = try await clients(2)
      let (code, tool) = try await world.run(
        "enginectl", ["clients", "kick", id, "--reason", "enough for today"])
      #expect(code == 0 && tool.output == "\(id) is disconnected\n", "\(tool.errors)")
      #expect(try await kicked.exitCode() != 0)
      #expect(kicked.errors.contains("enough for today"), "\(kicked.errors)")
      #expect(try await clients(1) == ids.filter { $0 != id } && other.isRunning)
      let (again, unknown) = try await world.run("enginectl", ["clients", "kick", id])
      #expect(again == 1 && unknown.errors.contains("no such connection"), "\(unknown.errors)")
    }
  }

  // MARK: publish

  @Test("rows are published; those that are not readable are named by line")
  func publish() async throws {
    try await Self.run(sim: false) { world, address, _ in
      let rows = (1...2_000).map { "ACME,\($0).25,\($0)" }.joined(separator: "\n")
      try world.write("symbol,price,size\n\(rows)\nACME,x,1\n", to: "ticks.csv")
      let words = ["publish", "--address", address, "--source", "desk"]
      let (code, program) = try await world.run("enginectl", words, input: "ticks.csv")
      #expect(code == 1)
      #expect(
        program.output.hasPrefix("2,001 rows: 2,000 accepted, 1 not readable; the engine is at "),
        "\(program.output) \(program.errors)")
      #expect(
        program.errors
          == "notice: line 2002: column \"price\": expected a decimal number, found \"x\"\n")

      let (_, last) = try await world.run(
        "enginectl",
        [
          "subscribe", "trade.ACME", "--from", "snapshot", "-n", "1", "--json", "--address",
          address,
        ])
      let trade = try #require(try events(last).first)
      #expect(trade["price"]?.number?.text == "2000.25" && trade["source"]?.string == "desk")
      #expect(trade["size"]?.number?.text == "2000")
    }
  }

  @Test("a server's rejects are told with the line and the reason")
  func rejects() async throws {
    let tokens = """
      , "tokens": [ { "name": "desk", "token": "secret", "publish": ["trade.GOOD"] } ]
      """
    try await Self.run(feed: tokens, sim: false) { world, address, _ in
      try world.write(
        "symbol,price\nGOOD,1\nBAD,2\n\nGOOD,3\nBAD,4\n", to: "ticks.csv")
      let (code, program) = try await world.run(
        "enginectl", ["publish", "--address", address, "--json"],
        environment: ["TICKWIRE_TOKEN": "secret"], input: "ticks.csv")
      #expect(code == 1, "\(program.errors)")
      let report = try #require(try events(program).first)
      #expect(report["accepted"]?.int64 == 2 && report["rejected"]?.int64 == 2)
      let rejects = try #require(report["rejects"]?.array)
      #expect(rejects.compactMap { $0["line"]?.int64 } == [3, 6])
      #expect(rejects.allSatisfy { $0["code"]?.string == "PERMISSION_DENIED" })

      let (denied, other) = try await world.run(
        "enginectl", ["publish", "--address", address, "--token", "wrong"], input: "ticks.csv")
      #expect(denied == 1 && other.errors.contains("--token"), "\(other.errors)")
    }
  }

  @Test("an input without columns that mean anything is refused, and nothing is published")
  func badHeader() async throws {
    try await Self.run(sim: false) { world, address, _ in
      try world.write("a,b\n1,2\n", to: "ticks.csv")
      let (code, program) = try await world.run(
        "enginectl", ["publish", "--address", address], input: "ticks.csv")
      #expect(code == 1)
      #expect(program.errors.contains("no column is a price, a bid or an ask"))
      #expect(program.output == "")
    }
  }

  // MARK: describe, TLS, bench

  @Test("describe tells what the server is, offers and takes")
  func describe() async throws {
    try await Self.run { world, address, daemon in
      let (code, text) = try await world.run("enginectl", ["describe", address])
      #expect(code == 0, "\(text.errors)")
      for part in ["engined \(Release.version) on \(address), ready", "subscribe", "trade"] {
        #expect(text.output.contains(part), "\(text.output)")
      }
      let (_, json) = try await world.run("enginectl", ["describe", address, "--json"])
      let report = try #require(try events(json).first)
      #expect(report["pid"]?.int64 == Int64(daemon.pid))
      #expect(report["capabilities"]?.array == [.string("data"), .string("zlib")])
      #expect(report["health"]?["serving"]?.bool == true)
      let names = (report["records"]?.array ?? []).compactMap { $0["name"]?.string }
      #expect(names.contains("quote"))

      // The admin socket speaks the same protocol, without a data plane.
      let (_, admin) = try await world.run(
        "enginectl", ["describe", "unix:run/engine.sock", "--json"])
      let other = try #require(try events(admin).first)
      #expect(other["capabilities"]?.array == [] && other["records"]?.array == [])
      let (wrong, tool) = try await world.run(
        "enginectl", ["subscribe", "--address", "unix:run/engine.sock"])
      #expect(wrong == 70 && tool.errors.contains("no data plane"), "\(tool.errors)")
    }
  }

  @Test("over TLS it talks to whom it trusts, under the right name, and to nobody else")
  func tls() async throws {
    let files = """
      , "tls": { "certificate": "certificate.pem", "key": "key.pem" }
      """
    try await Self.run(feed: files) { world, address, _ in
      let port = try #require(address.split(separator: ":").last)
      let named = "localhost:\(port)"
      func subscribe(_ address: String, _ more: [String]) async throws -> (Int32, Program) {
        try await world.run(
          "enginectl", ["subscribe", "trade.>", "-n", "2", "--address", address] + more)
      }
      let (good, first) = try await subscribe(named, ["--tls-ca", "certificate.pem"])
      #expect(good == 0 && first.output.contains("trade."), "\(first.errors)")
      let (anybody, second) = try await subscribe(address, ["--tls-insecure"])
      #expect(anybody == 0, "\(second.errors)")
      let (system, third) = try await subscribe(named, ["--tls"])
      #expect(system == 69 && third.errors.contains("--tls-ca"), "\(third.errors)")
      let (name, fourth) = try await subscribe(address, ["--tls-ca", "certificate.pem"])
      #expect(name == 69 && fourth.errors.contains("certificate"), "\(fourth.errors)")
      let (plain, fifth) = try await subscribe(address, ["--timeout", "5s"])
      #expect(plain != 0 && fifth.output == "", "\(fifth.errors)")
    }
  }

  @Test("TLS with a server that has none is told, as is a file without certificates")
  func noTLS() async throws {
    try await Self.run(sim: false) { world, address, _ in
      let (code, program) = try await world.run(
        "enginectl", ["describe", address, "--tls", "--timeout", "10s"])
      #expect(code == 69 || code == 124, "\(program.errors)")
      #expect(program.errors.contains("TLS"), "\(program.errors)")
      let (usage, file) = try await world.run(
        "enginectl", ["describe", address, "--tls-ca", "plugins.json"])
      #expect(usage == 64 && file.errors.contains("plugins.json"), "\(file.errors)")
    }
  }

  @Test("bench publishes at its rate, receives everything, measures, and ends by itself")
  func bench() async throws {
    try await Self.run { world, address, _ in
      let words = ["bench", "--address", address, "--duration", "1s", "--rate", "2000"]
      let (code, program) = try await world.run(
        "enginectl",
        words + [
          "--subscribers", "3", "--publishers", "2", "--subjects", "trade.BENCH1,trade.BENCH2",
          "--symbols", "2", "--json",
        ])
      #expect(code == 0, "\(program.errors)")
      let report = try #require(try events(program).first)
      let accepted = try #require(report["published"]?["accepted"]?.int64)
      #expect(accepted > 0 && accepted <= 2_000)
      #expect(report["published"]?["rejected"]?.int64 == 0)
      #expect(report["received"]?["events"]?.int64 == 3 * accepted)
      #expect(report["received"]?["lost"]?.int64 == 0)
      #expect(report["latency_ns"]?["count"]?.int64 == 3 * accepted)
      let median = try #require(report["latency_ns"]?["p50"]?.int64)
      let most = try #require(report["latency_ns"]?["max"]?.int64)
      #expect(median > 0 && median <= most)

      let (_, text) = try await world.run(
        "enginectl",
        ["bench", "--address", address, "--duration", "500ms", "--publishers", "0"])
      #expect(text.output.contains("received") && text.output.contains("p99"), "\(text.output)")
      #expect(!text.output.contains("published"))
    }
  }

  @Test("bench against nobody ends with 69")
  func benchNobody() async throws {
    try await World.run { world in
      let (code, program) = try await world.run(
        "enginectl", ["bench", "--address", "unix:run/none.sock", "--duration", "1s"])
      #expect(code == 69, "\(program.errors)")
    }
  }
}
