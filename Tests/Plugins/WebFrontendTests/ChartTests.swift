import EngineCore
import Support
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: the datafeed of charts", .timeLimit(.minutes(1)))
  struct ChartTests {
    private static let begin = MarketStage.begin.nanoseconds / 1_000_000_000

    private func names(_ value: JSONValue?) -> [String] {
      (value?.array ?? []).compactMap(\.string)
    }
    private func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).map { $0.text() } }

    @Test("it says what it can do, and what an instrument is")
    func symbols() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let config = try await client.ask("GET", "/config").json
      #expect(names(config["supported_resolutions"]) == ["1S", "1", "60", "1D"])
      #expect(config["supports_search"]?.bool == true && config["supports_time"]?.bool == true)
      let symbol = try await client.ask("GET", "/symbols?symbol=A").json
      #expect(symbol["ticker"]?.string == "A" && symbol["description"]?.string == "First")
      // Steps of 0.05: five of a hundred parts.
      #expect(symbol["minmov"]?.int64 == 5 && symbol["pricescale"]?.int64 == 100)
      #expect(names(symbol["intraday_multipliers"]) == ["1", "60"])
      #expect(symbol["has_daily"]?.bool == true && symbol["has_weekly_and_monthly"]?.bool == false)
      let unknown = try await client.ask("GET", "/symbols?symbol=Q")
      #expect(unknown.status == 200)
      #expect(try unknown.json.text() == #"{"s":"error","errmsg":"unknown_symbol"}"#)
      let found = try await client.ask("GET", "/search?query=brk&type=&exchange=&limit=5").json
      #expect(found.array?.compactMap { $0["symbol"]?.string } == ["BRK.B@X"])
      let time = try await client.ask("GET", "/time")
      #expect(Int64(time.text) ?? 0 > Self.begin)
    }

    @Test("history has the bars of a range, or so many before its end")
    func history() async throws {
      let market = try await MarketStage()
      let client = try await market.client()
      func ask(_ query: String) async throws -> JSONValue {
        try await client.ask("GET", "/history?symbol=A&\(query)").json
      }
      let (from, to) = (Self.begin + 600, Self.begin + 780)
      let range = try await ask("resolution=1&from=\(from)&to=\(to)")
      #expect(range["s"]?.string == "ok")
      #expect(texts(range["t"]) == [from, from + 60, from + 120].map { "\($0)" })
      #expect(texts(range["o"]) == ["601", "661", "721"] && texts(range["c"]).last == "780")
      #expect(texts(range["h"]) == texts(range["c"]) && texts(range["l"]) == texts(range["o"]))
      #expect(texts(range["v"]) == ["30", "30", "30"])
      // `countback` counts, whatever `from` says.
      let back = try await ask("resolution=1&from=\(to - 60)&to=\(to)&countback=5")
      #expect(texts(back["t"]).count == 5 && texts(back["t"]).last == "\(to - 60)")
      let hour = try await ask("resolution=60&from=0&to=\(Self.begin + 10_000)")
      #expect(texts(hour["t"]) == ["\(Self.begin)"])
      let day = try await ask("resolution=D&from=0&to=\(Self.begin + 10_000)")
      #expect(texts(day["t"]) == ["\(Self.begin / 86_400 * 86_400)"])
      #expect(texts(day["c"]) == ["3600"])
    }

    @Test("where there are no bars it says where the last ones before are")
    func noData() async throws {
      let market = try await MarketStage()
      let client = try await market.client()
      let later = Self.begin + 90_000
      let after = try await client.ask(
        "GET", "/history?symbol=A&resolution=1&from=\(later)&to=\(later + 600)")
      #expect(try after.json.text() == "{\"s\":\"no_data\",\"nextTime\":\(Self.begin + 3540)}")
      let before = try await client.ask(
        "GET", "/history?symbol=A&resolution=1&from=0&to=\(Self.begin)")
      #expect(try before.json.text() == #"{"s":"no_data"}"#)
      let wrong = try await client.ask(
        "GET", "/history?symbol=A&resolution=7&from=0&to=\(later)")
      #expect(
        try wrong.json["errmsg"]?.string
          == "resolution: expected one of 1S, 1, 60, 1D, found \"7\"")
    }

    @Test("quotes have the newest prices, marks are there without alerts")
    func quotes() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let quotes = try await client.ask("GET", "/quotes?symbols=A,Q").json
      #expect(quotes["s"]?.string == "ok")
      let first = try #require(quotes["d"]?.array?.first)
      #expect(first["n"]?.string == "A" && first["v"]?["lp"]?.text() == "60")
      #expect(first["v"]?["bid"]?.text() == "3599.9" && first["v"]?["ask"]?.text() == "3600.1")
      #expect(quotes["d"]?.array?.last?["s"]?.string == "error")
      let marks = try await client.ask("GET", "/marks?symbol=A&from=0&to=1&resolution=1").json
      #expect(marks["id"]?.array?.isEmpty == true)
    }

    @Test(
      "days and longer are named by their trading day, however their session begins",
      arguments: [
        ("2024-07-14T21:00:00Z", "2024-07-15"), ("2024-01-14T22:00:00Z", "2024-01-15"),
        ("2024-01-15T00:00:00Z", "2024-01-15"), ("2024-01-15T14:30:00Z", "2024-01-15"),
      ])
    func days(start: String, day: String) throws {
      let resolution = try #require(ChartResolution(spec: "1d"))
      let (start, day) = (try #require(Timestamp(start)), try #require(Timestamp(day)))
      var bar = Ticks.bar(1).bar
      bar.start = start
      let stamp = resolution.stamp(bar)
      #expect(stamp == day.nanoseconds / 1_000_000_000)
      // It is found by a range that begins with its name, and not by one that ends there.
      #expect(resolution.begin(day) <= start && start < resolution.begin(day.advanced(byNanos: 1)))
    }
  }
}
