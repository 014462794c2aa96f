import BinaryProtocol
import EngineCore
import Foundation
import NIOCore
import NIOPosix
import Support
import Testing
import Transport

/// What clients of a feed live through: a daemon that is killed, certificates that change.
@Suite("A binary feed through failures", .serialized, .timeLimit(.minutes(5)))
struct FeedFailureTests {
  static func configuration(_ feed: String = "") -> String {
    """
    {
      "engine": { "admin": "run/engine.sock" },
      "plugins": [
        { "name": "feed", "type": "binary",
          "config": { "listen": "127.0.0.1:0", "socket": "run/feed.sock"\(feed) } }
      ]
    }
    """
  }

  static func client(_ world: World) async throws -> FeedClient {
    let group = MultiThreadedEventLoopGroup.singleton
    let path = "\(world.folder)/run/feed.sock"
    return try await FeedClient.connect(
      options: FeedOptions(
        client: ClientOptions(clientName: "system test"),
        reconnect: ReconnectPolicy(firstNanos: 5_000_000, maxNanos: 50_000_000)),
      clock: EventLoopClock(group.next())
    ) { () async throws(CallError) -> any ByteTransport in
      try await SocketClient.transport(to: .unix(path: path), group: group)
    }
  }

  @Test("killed under load: clients notice, come back, and are told of another log; all is exact")
  func killed() async throws {
    try await World.run(Self.configuration()) { world in
      var daemon = try await world.startDaemon()
      let client = try await Self.client(world)
      var batches = client.subscribe(SubscribeRequest([">"])).makeAsyncIterator()
      var view = StreamView()
      try view.take(try #require(try await batches.next()))
      let publisher = await client.publisher(named: "desk")
      let id = await publisher.define(Instrument(symbol: "EURUSD"))
      let load = Task {
        var number: Int64 = 0
        while !Task.isCancelled {
          let events = (1...50).map { offset in
            Event(
              Trade(
                instrument: id, price: Price(raw: number + offset), size: Quantity(raw: 1),
                eventTime: Timestamp(nanoseconds: 1), receiveTime: .zero))
          }
          number += 50
          try await publisher.publish(events)
          // As fast as they are taken, so that other tests have their turn.
          try await publisher.flush()
        }
      }
      for round in 1...3 {
        let before = view.taken
        while view.taken < before + 1000 { try view.take(try #require(try await batches.next())) }
        daemon.signal(SIGKILL)
        _ = try await daemon.exitCode()
        daemon = try await world.startDaemon()
        // Until events of the new log have come: the publisher is back, and so is the subscriber.
        let newest = view.newest
        while view.epochs.count <= round || view.newest <= newest {
          try view.take(try #require(try await batches.next()))
        }
      }
      load.cancel()
      #expect(view.faults.isEmpty, "\(view.faults)")
      #expect(view.epochs.count == 4 && view.epochs == view.epochs.sorted())
      let progress = await publisher.progress()
      #expect(progress.rejected == 0)
      await client.close()
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("a certificate that is replaced on disk is the next connection's; those that run go on")
  func certificates() async throws {
    let files = """
      , "tls": { "certificate": "certificate.pem", "key": "key.pem" }
      """
    let sim = """
      { "name": "sim", "type": "generator",
        "config": { "instruments": 5, "interval": "20ms", "seed": 1 } },
      """
    let text = Self.configuration(files).replacingOccurrences(
      of: "\"plugins\": [", with: "\"plugins\": [\n\(sim)")
    try await World.run(text) { world in
      try world.write(TestCertificate.certificate, to: "certificate.pem")
      try world.write(TestCertificate.key, to: "key.pem")
      try world.write(TestCertificate.certificate, to: "first.pem")
      try world.write(TestCertificate.secondCertificate, to: "second.pem")
      let daemon = try await world.startDaemon()
      let match = try #require(daemon.errors.firstMatch(of: /address="?127\.0\.0\.1:(\d+)/))
      let words = ["subscribe", "trade.>", "--address", "localhost:\(match.1)", "--no-reconnect"]
      func take(_ authority: String) async throws -> (Int32, String) {
        let (code, tool) = try await world.run(
          "enginectl", words + ["-n", "2", "--tls-ca", authority])
        return (code, tool.errors)
      }
      let old = try world.start("enginectl", words + ["--tls-ca", "first.pem"])
      try await Deadline.wait(for: "a trade") { old.output.contains("trade") ? true : nil }

      // One file after the other, as tools do it: what does not fit together changes nothing.
      try world.write(TestCertificate.secondCertificate, to: "certificate.pem")
      try await world.waitForLog("certificate not read again", of: daemon)
      #expect(try await take("first.pem").0 == 0)
      try world.write(TestCertificate.secondKey, to: "key.pem")
      try await world.waitForLog("certificate read again", of: daemon)
      let (good, errors) = try await take("second.pem")
      #expect(good == 0, "\(errors)")
      #expect(try await take("first.pem").0 == 69)

      let before = old.output.count
      try await Deadline.wait(for: "more trades on the old connection") {
        old.output.count > before ? true : nil
      }
      old.signal(SIGINT)
      #expect(try await old.exitCode() == 0)
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("who has the right controls the engine through the feed, and nobody else does")
  func control() async throws {
    let tokens = """
      , "tokens": [ { "name": "root", "token": "r00t", "admin": true },
        { "name": "reader", "token": "r3ad" } ]
      """
    try await World.run(Self.configuration(tokens)) { world in
      let daemon = try await world.startDaemon()
      let match = try #require(daemon.errors.firstMatch(of: /address="?(127\.0\.0\.1:\d+)/))
      let address = String(match.1)
      func run(_ words: [String], _ token: String) async throws -> (code: Int32, Program) {
        try await world.run(
          "enginectl", words + ["--address", address], environment: ["TICKWIRE_TOKEN": token])
      }
      let (listed, list) = try await run(["list", "--json"], "r00t")
      #expect(listed == 0, "\(list.errors)")
      let plugins = try JSONReader().read(list.outputBytes)["plugins"]?.array
      #expect(plugins?.compactMap { $0["name"]?.string } == ["feed"])
      let (tapped, tap) = try await run(["tap", "status.>", "-n", "1", "--from", "oldest"], "r00t")
      #expect(tapped == 0 && tap.output.contains("feed"), "\(tap.errors)")
      let (denied, reader) = try await run(["list"], "r3ad")
      #expect(denied == 1 && reader.errors.contains("may not control"), "\(reader.errors)")
      let (unknown, nobody) = try await run(["stop", "feed"], "wrong")
      #expect(unknown == 1 && nobody.errors.contains("--token"), "\(nobody.errors)")
      let control = try await world.connect()
      #expect(try await control.plugin("feed")["state"]?.string == "running")
      withExtendedLifetime(daemon) {}
    }
  }

  @Test("it may have as many files open as the system allows, whoever started it")
  func descriptors() async throws {
    try await World.run(Self.configuration()) { world in
      let daemon = try await world.startDaemon()
      let text = try String(contentsOfFile: "/proc/\(daemon.pid)/limits", encoding: .utf8)
      let line = try #require(text.split(separator: "\n").first { $0.contains("open files") })
      let words = line.split(separator: " ")
      #expect(words.count == 6 && words[3] == words[4], "\(line)")
      withExtendedLifetime(daemon) {}
    }
  }
}
