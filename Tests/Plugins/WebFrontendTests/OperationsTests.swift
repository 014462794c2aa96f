import EngineCore
import Synchronization
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: REST about operations", .timeLimit(.minutes(1)))
  struct OperationsTests {
    private static let tokens = """
      "tokens":[{"name":"all","token":"aaa","admin":true},
      {"name":"one","token":"bbb","subscribe":["trade.A","alert.a"]},
      {"name":"writer","token":"ccc","subscribe":[">"],"publish":["alert.>"]},
      {"name":"ticks","token":"ddd","publish":["trade.>"]}]
      """

    private func stage(_ config: String = "") async throws -> (WebStage, AdminDesk) {
      let stage = try await WebStage(config)
      let desk = AdminDesk()
      stage.engine.offer(desk as any AdminCalls, as: .adminCalls)
      return (stage, desk)
    }

    @Test("log lines are those behind a number, as the admin socket has them")
    func logs() async throws {
      let (stage, desk) = try await stage()
      let client = try await stage.client()
      let answer = try await client.ask("GET", "/api/v1/logs?level=info&plugin=web&after=7&limit=9")
      #expect(
        answer.text
          == #"{"lines":[{"number":8,"level":"info","plugin":"web","message":"b","fields":{}}]}"#
          + "\n")
      #expect(desk.last == #"logs.read {"last":9,"level":"info","plugin":"web"}"#)
      #expect(try await client.ask("GET", "/api/v1/logs?level=loud").status == 400)
    }

    @Test("clients are those of all frontends that run")
    func clients() async throws {
      let (stage, desk) = try await stage()
      let answer = try await stage.client().ask("GET", "/api/v1/clients").json
      let client = #"{"id":"web/3","plugin":"web","connection":3,"peer":"x","subscriptions":[]}"#
      #expect(answer.text() == #"{"clients":[\#(client)]}"#)
      #expect(desk.last == #"plugins.command {"name":"web","command":"connections"}"#)
    }

    @Test("subjects and specs are told to everybody who may read")
    func catalog() async throws {
      let (stage, _) = try await stage(Self.tokens)
      let client = try await stage.client()
      let subjects = try await client.ask("GET", "/api/v1/subjects?token=bbb").json
      #expect(subjects["subjects"]?.array?.first?["subject"]?.string == "trade.>")
      let market = try await MarketStage(count: 60)
      let specs = try await market.client().ask("GET", "/api/v1/specs").json
      #expect(specs.text() == #"{"specs":["1s","1m","1h","1d","10t"]}"#)
    }

    @Test("with tokens the log and the clients are for administrators")
    func rights() async throws {
      let (stage, _) = try await stage(Self.tokens)
      let client = try await stage.client()
      for (token, status) in [("aaa", 200), ("bbb", 403), ("ccc", 403)] {
        for path in ["logs", "clients"] {
          let answer = try await client.ask("GET", "/api/v1/\(path)?token=\(token)")
          #expect(answer.status == status, "\(path) \(token)")
        }
      }
    }

    @Test("a token is told what it allows")
    func access() async throws {
      let (stage, _) = try await stage(Self.tokens)
      let client = try await stage.client()
      func access(_ token: String) async throws -> String? {
        try await client.ask("GET", "/api/v1/status?token=\(token)").json["access"]?.text()
      }
      #expect(
        try await access("bbb")
          == #"{"name":"one","write":false,"admin":false,"subscribe":["trade.A","alert.a"]}"#)
      #expect(
        try await access("aaa")?.hasPrefix(#"{"name":"all","write":true,"admin":true"#) == true)
      let open = try await WebStage()
      let anybody = try await open.client().ask("GET", "/api/v1/status").json["access"]
      #expect(
        anybody?.text() == #"{"name":"","write":true,"admin":false,"subscribe":[">"]}"#)
    }

    @Test("plugins tell their latencies and rates")
    func plugins() async throws {
      let stage = try await WebStage()
      let plugin = try await stage.client().ask("GET", "/api/v1/plugins/web").json
      let names = (plugin.object ?? []).map(\.name)
      for name in ["policy", "hop_p50_ns", "hop_p99_ns", "in_rate", "out_rate", "held"] {
        #expect(names.contains(name), "\(name)")
      }
    }

    @Test("rules are added and removed by who may publish alerts, where somebody watches them")
    func rules() async throws {
      let (stage, _) = try await stage(Self.tokens)
      let client = try await stage.client()
      let rule = #"{"id":"a","when":"price(A) > 1"}"#
      func post(_ token: String) async throws -> Int {
        try await client.ask(
          "POST", "/api/v1/alerts/rules?token=\(token)",
          headers: ["Content-Length": "\(rule.utf8.count)", "Content-Type": "application/json"],
          body: rule
        ).status
      }
      #expect(try await post("bbb") == 403)
      #expect(try await post("ddd") == 403)
      // No plugin of type alerts is configured here.
      #expect(try await post("ccc") == 503)
      let gone = try await client.ask("DELETE", "/api/v1/alerts/rules/a?token=ddd")
      #expect(gone.status == 403)
    }
  }
}

/// Answers a few methods, and notes what it is asked.
private final class AdminDesk: AdminCalls {
  private let seen = Mutex<[String]>([])
  var methods: [AdminMethod] { [] }
  var last: String? { seen.withLock { $0.last } }

  func call(
    _ method: String, _ request: [UInt8], isUnary: Bool,
    send: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> [UInt8]? {
    seen.withLock { $0.append("\(method) \(String(decoding: request, as: UTF8.self))") }
    switch method {
    case "logs.read":
      let line = #""level":"info","plugin":"web","message":"b","fields":{},"text":"t"}"#
      return Array(#"{"lines":[{"number":7,\#(line),{"number":8,\#(line)]}"#.utf8)
    case "plugins.command":
      return Array(#"{"reply":[{"connection":3,"peer":"x","subscriptions":[]}]}"#.utf8)
    default:
      return Array(
        #"{"subjects":[{"subject":"trade.>","events":1,"producers":[],"consumers":[]}]}"#.utf8)
    }
  }
}
