import Foundation
import Testing

extension WebTests {
  @Suite("Web frontend: what clients of other systems expect")
  struct ChecklistTests {
    /// The number of what a client of each system may expect, and the tests that hold it.
    private static let tests: [String: [String]] = {
      let tickers = "tickers have their newest and first prices, a history its newest points"
      let noTicker = "an unknown ticker is not found, and a limit has its range"
      let ticker = "a ticker's client gets its price updates"
      let unknownTicker = "a ticker that is not there is an error, and closes with 4004"
      let health = "health, readiness and metrics are answered on one connection"
      let prices = "prices come within the day and by day, with the close before"
      let absent = "what is not served is refused with its status and a reason"
      let channels = "channels are subscribed to and left, and tell the bar of the day"
      let symbols = "lists of symbols are subscribed to at the root, which is a page for browsers"
      let quotes = "quotes of one and of many have the newest prices"
      let stands =
        "historical data, companies, status, providers and figures of the stream are there"
      let alert = "an alert is created, listed for its user, and deleted by its id"
      let board = "the dashboard has everything at a glance, the cache how many quotes were there"
      let control = "what streams is stopped and started with a token that has admin"
      let tick = "a tick is created, read, changed and deleted by its id"
      let range = "ticks of a range are a list in order of time, and many are created at once"
      let bars = "bars by minute, hour and day have a bucket and a count"
      let every = "every tick is a bare object, in order"
      return [
        "S0-26": [health], "S0-27": [tickers], "S0-28": [tickers], "S0-29": [tickers, noTicker],
        "S0-30": [noTicker], "S0-31": [tickers], "S0-32": [ticker], "S0-33": [ticker],
        "S0-34": [unknownTicker], "S0-35": [unknownTicker],
        "S1-19": [prices], "S1-20": [prices], "S1-21": [absent], "S1-22": [absent],
        "S1-23": [channels], "S1-24": [channels], "S1-25": [channels], "S1-26": [channels],
        "S1-27": [channels],
        "S1-28": ["instruments are listed and found; what is not served says so, with its status"],
        "S3-26": [symbols], "S3-27": [symbols], "S3-28": [symbols],
        "S3-35": [quotes], "S3-36": [quotes], "S3-37": [stands], "S3-38": [stands],
        "S3-39": [
          alert, "each type of alert is a rule that says the same",
          "an alert that cannot be is refused with what is wrong",
        ],
        "S3-40": [alert], "S3-41": [alert], "S3-42": [control], "S3-43": [stands],
        "S3-44": [stands], "S3-45": [stands], "S3-46": [board], "S3-47": [board],
        "S4-14": [health], "S4-15": [tick, "what is wrong is told as that service tells it"],
        "S4-16": [range], "S4-17": [tick, range], "S4-18": [bars], "S4-19": [bars],
        "S4-20": [bars], "S4-21": [every], "S4-22": [every],
        "S4-23": ["the page that shows it needs nothing from elsewhere"], "S4-24": [health],
      ]
    }()

    @Test("nothing that they expect is without a test, and no test that is named is missing")
    func complete() throws {
      let ids = [
        ("S0", 26...35), ("S1", 19...28), ("S3", 26...28), ("S3", 35...47), ("S4", 14...24),
      ].flatMap { system, numbers in numbers.map { "\(system)-\($0)" } }
      #expect(Set(ids) == Set(Self.tests.keys))
      let folder = URL(filePath: #filePath).deletingLastPathComponent()
      var written = ""
      for file in try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)
      where file.pathExtension == "swift" && file.lastPathComponent != "ChecklistTests.swift" {
        written += try String(contentsOf: file, encoding: .utf8)
      }
      for name in Set(Self.tests.values.joined()) {
        #expect(written.contains("\"\(name)\""), "there is no test \"\(name)\"")
      }
    }
  }
}
