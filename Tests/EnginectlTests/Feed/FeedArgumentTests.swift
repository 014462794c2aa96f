import ArgumentParser
import BinaryProtocol
import EngineCore
import Testing
import TickFiles
import Transport

@testable import enginectl

@Suite("Arguments of the feed commands")
struct FeedArgumentTests {
  private func parse<Command>(_ words: [String], as: Command.Type) throws -> Command {
    try #require(try Enginectl.parseAsRoot(words) as? Command)
  }

  @Test(
    "a start is live, snapshot, a position or a time",
    arguments: [
      ("live", .live), ("snapshot", .snapshot),
      ("7:1234", .position(StreamPosition(epoch: 7, next: 1234))),
      ("2014-05-02T09:00:00Z", .time(Timestamp(nanoseconds: 1_399_021_200_000_000_000))),
      ("2014-05-02", .time(Timestamp(nanoseconds: 1_398_988_800_000_000_000))),
      ("7:", nil), (":7", nil), ("7:8:9", nil), ("oldest", nil), ("", nil),
    ] as [(String, SubscribeStart?)])
  func start(text: String, start: SubscribeStart?) {
    #expect(StartArgument(argument: text)?.start == start)
  }

  @Test("subscribe asks for what its options say")
  func request() throws {
    let plain = try parse(["subscribe"], as: SubscribeCommand.self)
    #expect(plain.request == SubscribeRequest([">"], policy: .dropOldest))
    let words = [
      "subscribe", "trade.*", "bar.*.1m", "--conflate", "100ms", "--flush", "1ms", "--compress",
      "--from", "snapshot",
    ]
    #expect(
      try parse(words, as: SubscribeCommand.self).request
        == SubscribeRequest(
          ["trade.*", "bar.*.1m"], policy: .conflate, start: .snapshot,
          conflationNanos: 100_000_000, flushNanos: 1_000_000, options: .compress))
    let policy = try parse(["subscribe", "--policy", "lossless"], as: SubscribeCommand.self)
    #expect(policy.request.policy == .lossless)
  }

  @Test("publish reads rows as its options say")
  func rows() throws {
    let words = [
      "publish", "--columns", "time=Datetime,price=2", "--type", "trades", "--symbol", "ACME",
      "--venue", "XETR", "--delimiter", "tab", "--time-format", "ms", "--timezone", "+01:00",
      "--price-precision", "4",
    ]
    let format = try parse(words, as: PublishCommand.self).rows.format
    #expect(format.columns == [.time: .name("Datetime"), .price: .index(2)])
    #expect(format.kind == .trades && format.symbol == "ACME" && format.venue == "XETR")
    #expect(format.delimiter == UInt8(ascii: "\t") && format.timeFormat == TimeFormat("ms"))
    #expect(format.offsetNanos == 3_600_000_000_000 && format.pricePrecision == 4)
    #expect(!format.needsTime && format.hasHeader)
  }

  @Test("bench does what its options say, under a source of its own")
  func bench() throws {
    let words = [
      "bench", "--subscribers", "10", "--publishers", "2", "--rate", "20000", "--duration", "5s",
      "--by-symbol", "--symbols", "100", "--batch", "1", "--policy", "drop-oldest", "--flush",
      "1ms", "--compress",
    ]
    let plan = try parse(words, as: BenchCommand.self).plan(token: "t", pid: 42)
    #expect(plan.subscribers == 10 && plan.publishers == 2 && plan.rate == 20_000)
    #expect(plan.durationNanos == 5_000_000_000 && plan.splitsSymbols && plan.symbols == 100)
    #expect(plan.batch == 1 && plan.policy == .dropOldest && plan.flushNanos == 1_000_000)
    #expect(plan.isCompressed && plan.source == "bench-42")
    #expect(plan.metadata == [MetadataPair("token", "t")])
    let other = try parse(["bench", "--subjects", "trade.A,quote.>"], as: BenchCommand.self)
      .plan(token: nil, pid: 1)
    #expect(other.subjects == ["trade.A", "quote.>"] && other.rate == nil)
  }

  @Test(
    "what cannot be meant is a usage error",
    arguments: [
      (["subscribe", "--limit", "0"], "--limit is at least 1"),
      (["subscribe", "trad.EURUSD"], "a kind of event"),
      (["subscribe", "--raw", "--json"], "exclude each other"),
      (["subscribe", "--policy", "disconnect", "--conflate", "1s"], "--conflate needs"),
      (["subscribe", "--flush", "2h"], "--flush is at most 1h"),
      (["subscribe", "--from", "noon"], "--from"),
      (["subscribe", "--address", "localhost"], "--address"),
      (["subscribe", "--address", "*:9000"], "--address"),
      (["subscribe", "--tls-ca", "a.pem", "--tls-insecure"], "exclude each other"),
      (["publish", "--source", ""], "--source has 1 to 255 bytes"),
      (["publish", "--columns", "price"], "--columns"),
      (["publish", "--columns", "prise=Last"], "--columns"),
      (["publish", "--columns", "price=1,price=2"], "--columns"),
      (["publish", "--no-header", "--columns", "price=Last"], "expected a place from 0"),
      (["publish", "--timezone", "CET"], "--timezone: expected UTC or an offset"),
      (["publish", "--delimiter", "x"], "--delimiter"),
      (["publish", "--type", "bars"], "trades"),
      (["describe", "localhost:0"], "address"),
      (["bench", "--subscribers", "0", "--publishers", "0"], "nobody subscribes or publishes"),
      (["bench", "--rate", "0"], "--rate"),
      (["bench", "--symbols", "0"], "--symbols: expected 1 to 65535, found 0"),
      (["bench", "--duration", "2h"], "--duration is at most 1h"),
      (["bench", "--by-symbol", "--subjects", "trade.A"], "exclude each other"),
      (["bench", "--subjects", "nope.A"], "a kind of event"),
    ])
  func usage(arguments: [String], part: String) throws {
    let message = try #require(CommandRun.usageError(arguments))
    #expect(message.contains(part), "\(message)")
  }

  private func place(
    _ words: [String], _ variables: [String: String] = [:]
  ) throws -> FeedPlace {
    let command = try parse(["subscribe"] + words, as: SubscribeCommand.self)
    return try command.common.place(
      in: ProcessEnvironment(variable: { variables[$0] }, file: { _ in nil }))
  }

  @Test("the address is that of the option, else of the variable, else the usual one")
  func address() throws {
    let variables = ["TICKWIRE_ADDRESS": "unix:/run/feed.sock", "TICKWIRE_TOKEN": "secret"]
    #expect(try place([]).address == .tcp(host: "127.0.0.1", port: 9000))
    #expect(try place([], variables).address == .unix(path: "/run/feed.sock"))
    #expect(
      try place(["--address", "[::1]:7"], variables).address == .tcp(host: "::1", port: 7))
    #expect(throws: ControlError.self) { try place([], ["TICKWIRE_ADDRESS": "nowhere"]) }
  }

  @Test("the token is that of the option, else of the variable")
  func token() throws {
    #expect(try place([]).token == nil)
    #expect(try place([], ["TICKWIRE_TOKEN": ""]).token == nil)
    #expect(try place([], ["TICKWIRE_TOKEN": "a"]).token == "a")
    #expect(try place(["--token", "b"], ["TICKWIRE_TOKEN": "a"]).token == "b")
  }

  @Test("TLS trusts the system, a file, or anybody")
  func trust() throws {
    #expect(try place([]).trust == nil)
    #expect(try place(["--tls"]).trust == .system)
    #expect(try place(["--tls-ca", "a.pem"]).trust == .authorities(file: "a.pem"))
    #expect(try place(["--tls-insecure"]).trust == .anybody)
  }
}
