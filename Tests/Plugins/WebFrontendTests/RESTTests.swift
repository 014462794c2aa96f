import EngineCore
import Support
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: REST", .timeLimit(.minutes(1)))
  struct RESTTests {
    private func texts(_ value: JSONValue?, _ name: String) -> [String] {
      (value?.array ?? []).map { $0[name]?.text() ?? "-" }
    }

    @Test("instruments are listed in pages, found by a part of their names, and shown one by one")
    func instruments() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let all = try await client.ask("GET", "/api/v1/instruments?limit=1").json
      #expect(all["total"]?.int64 == 2 && texts(all["instruments"], "key") == ["\"A\""])
      #expect(all["next"]?.int64 == 1)
      let rest = try await client.ask("GET", "/api/v1/instruments?limit=1&after=1").json
      #expect(texts(rest["instruments"], "key") == ["\"BRK.B@X\""] && rest["next"]?.isNull == true)
      let found = try await client.ask("GET", "/api/v1/instruments?filter=fir").json
      #expect(texts(found["instruments"], "name") == ["\"First\""])
      let one = try await client.ask("GET", "/api/v1/instruments/BRK%2EB%40X").json
      #expect(one["venue"]?.string == "X" && one["price_precision"]?.int64 == 3)
    }

    @Test(
      "what is wrong is named, with what was expected and what was found",
      arguments: [
        ("/api/v1/instruments/BRK.B@Y", 404, ": did you mean \"BRK.B@X\"?"),
        ("/api/v1/instruments?limit=0", 400, "limit: expected an integer from 1 to 10000, found"),
        ("/api/v1/instruments?limt=1", 400, "unknown parameter \"limt\", did you mean \"limit\"?"),
        ("/api/v1/instruments?limit=1&limit=2", 400, "limit: expected it once, found it twice"),
        ("/api/v1/instruments/%zz", 400, "symbol: expected percent-encoded UTF-8"),
        ("/api/v1/last", 400, "symbols: expected instruments, with commas between them"),
        ("/api/v1/bars/A/1m?from=x", 400, "from: expected a time such as"),
        ("/api/v1/bars/A/1m?from=2024-02-02&to=2024-01-01", 422, "from: expected a time before"),
        ("/api/v1/bars/A/7m", 422, "there are no bars \"7m\""),
        ("/api/v1/bars/Z/1m", 404, "there is no instrument \"Z\""),
        ("/api/v1/ticks/Z", 404, "there is no instrument \"Z\""),
        ("/api/v1/ticks/A?kind=bar", 400, "kind: expected trade, quote, both, found \"bar\""),
        ("/api/v1/alerts", 503, "no running plugin provides alerts"),
        ("/api/v1/plugins/x", 404, "there is no plugin \"x\": there are bars, history, web"),
        ("/api/v2", 404, "there is nothing at /api/v2"),
      ])
    func faults(target: String, status: Int, message: String) async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let answer = try await client.ask("GET", target)
      #expect(answer.status == status)
      let error = try answer.json["error"]
      #expect(error?["status"]?.int64 == Int64(status))
      #expect(error?["message"]?.string?.contains(message) == true, "\(answer.text)")
    }

    @Test("the newest trade and quote are those of the log")
    func last() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let one = try await client.ask("GET", "/api/v1/last/A").json
      #expect(one["trade"]?["price"]?.text() == "60" && one["trade"]?["size"]?.text() == "0.5")
      #expect(one["quote"]?["bid"]?.text() == "3599.9")
      let both = try await client.ask("GET", "/api/v1/last?symbols=A,BRK.B@X,Q").json
      #expect(texts(both["last"], "symbol") == ["\"A\"", "\"BRK.B@X\""])
      #expect(both["last"]?.array?[1]["trade"]?.isNull == true)
      #expect(both["unknown"]?.array?.compactMap(\.string) == ["Q"])
    }

    @Test("bars of any range, from either end, closed ones and the open one")
    func bars() async throws {
      let market = try await MarketStage()
      let client = try await market.client()
      let all = try await client.ask("GET", "/api/v1/bars/A/1m").json
      let closes = texts(all["bars"], "close")
      #expect(closes == (1...60).map { "\($0 * 60)" } && all["next"]?.isNull == true)
      let ever = "from=0110-06-08T12:18:57-15:36&to=9999-12-31T23:59:59Z"
      let same = try await client.ask("GET", "/api/v1/bars/A/1m?\(ever)").json
      #expect(texts(same["bars"], "close") == closes)
      let first = try #require(all["bars"]?.array?.first)
      #expect(first["start"]?.string == "2024-01-15T10:00:00Z" && first["open"]?.text() == "1")
      #expect(first["volume"]?.text() == "30" && first["notional"]?.text() == "915")
      let day = try await client.ask("GET", "/api/v1/bars/A/1d").json
      #expect(texts(day["bars"], "state") == ["\"open\""])
      let back = try await client.ask(
        "GET", "/api/v1/bars/A/1m?countback=3&to=2024-01-15T10:10:00Z"
      ).json
      #expect(texts(back["bars"], "close") == ["480", "540", "600"])
      var found: [String] = []
      var from = "2024-01-15T10:05:00Z"
      while true {
        let page = try await client.ask("GET", "/api/v1/bars/A/1m?limit=7&from=\(from)").json
        found += texts(page["bars"], "close")
        guard let next = page["next"]?.string, let time = Timestamp(next) else { break }
        from = "\(time.advanced(byNanos: 1))"
      }
      #expect(found == Array(closes.dropFirst(5)))
      let newest = try await client.ask("GET", "/api/v1/bars/A/1m?limit=2&end=newest").json
      #expect(texts(newest["bars"], "close") == ["3540", "3600"] && newest["next"] != nil)
    }

    @Test("bars and ticks come as CSV and as lines of JSON too")
    func forms() async throws {
      let market = try await MarketStage(count: 120)
      let client = try await market.client()
      let csv = try await client.ask("GET", "/api/v1/bars/A/1m?limit=1&format=csv")
      #expect(csv.headers["content-type"] == "text/csv; charset=utf-8")
      #expect(
        csv.text == "start,end,open,high,low,close,volume,notional,buy_volume,count,state,"
          + "revision\r\n2024-01-15T10:00:00Z,2024-01-15T10:01:00Z,1,60,1,60,30,915,30,60,closed,"
          + "0\r\n"
      )
      let lines = try await client.ask("GET", "/api/v1/ticks/A?limit=3&format=ndjson")
      #expect(lines.headers["content-type"] == "application/x-ndjson")
      let prices = try lines.text.split(separator: "\n").map {
        try JSONReader().read(Array($0.utf8))["price"]?.text()
      }
      #expect(prices == ["1", "2", "3"])
      let quotes = try await client.ask("GET", "/api/v1/ticks/A?kind=quote&format=csv").text
      #expect(quotes.contains(",2024-01-15T10:02:00Z,3599.9,3600.1,,,"))
    }

    @Test("an answer of more than 1 MiB comes as a whole, and the connection goes on")
    func large() async throws {
      let market = try await MarketStage(count: 7200)
      let client = try await market.client()
      let target = "/api/v1/bars/A/1s?limit=50000&to=\(MarketStage.time(7000))"
      // One behind the other, before any is read; what is this large is not compressed.
      for _ in 0..<2 { client.request("GET", target, headers: ["Accept-Encoding": "gzip"]) }
      for _ in 0..<2 {
        let answer = try await client.answer()
        #expect(answer.status == 200 && answer.body.count > 1 << 20)
        #expect(answer.headers["content-encoding"] == nil)
        let bars = try #require(try answer.json["bars"]?.array)
        #expect(bars.count == 7000)
        let isRight = bars.enumerated().allSatisfy { $1["close"]?.text() == "\($0 + 1)" }
        #expect(isRight)
      }
      let head = try await client.ask("HEAD", target)
      #expect((head.headers["content-length"].flatMap { Int($0) } ?? 0) > 1 << 20)
      let lines = try await client.ask("GET", target + "&format=ndjson")
      #expect(lines.body.count > 1 << 20 && lines.text.split(separator: "\n").count == 7000)
      #expect(try await client.ask("GET", "/health").status == 200)
    }

    @Test("ticks are paged by position, and of a range of times")
    func ticks() async throws {
      let market = try await MarketStage(count: 120)
      let client = try await market.client()
      var prices: [String] = []
      var after: Int64? = 0
      while let position = after {
        let page = try await client.ask("GET", "/api/v1/ticks/A?limit=50&after=\(position)").json
        prices += texts(page["ticks"], "price")
        after = page["next"]?.int64
      }
      #expect(prices == (1...120).map { "\($0)" })
      let range = try await client.ask(
        "GET", "/api/v1/ticks/A?from=2024-01-15T10:00:10Z&to=2024-01-15T11:00:12%2B01:00"
      ).json
      #expect(texts(range["ticks"], "price") == ["11", "12"])
    }

    @Test("answers keep the order of their requests, whoever takes longer")
    func order() async throws {
      let market = try await MarketStage(count: 120)
      let client = try await market.client()
      let targets = [
        "/api/v1/bars/A/1m", "/health", "/api/v1/ticks/A?limit=1", "/api/v1/last/A", "/x",
      ]
      for target in targets { client.request("GET", target) }
      let keys = ["bars", "status", "ticks", "trade", "error"]
      for key in keys {
        let answer = try await client.answer()
        #expect(try answer.json[key] != nil, "\(key)")
      }
      let head = try await client.ask("HEAD", "/api/v1/bars/A/1m")
      #expect(head.status == 200 && Int(head.headers["content-length"] ?? "") ?? 0 > 300)
    }
  }
}
