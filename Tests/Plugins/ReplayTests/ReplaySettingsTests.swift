import EngineCore
import Testing

@testable import Replay
@testable import TickFiles

@Suite("Replay settings")
struct ReplaySettingsTests {
  private let description = PluginDescription(
    kind: "replay", summary: "", settings: ReplaySettings.self)

  /// The settings that a `config` object gives, or its faults.
  private func read(_ config: String) -> (settings: ReplaySettings?, faults: [String]) {
    let text = "{\"plugins\":[{\"name\":\"r\",\"type\":\"replay\",\"config\":\(config)}]}"
    do {
      let loaded = try ConfigurationLoader(catalog: [description])
        .load(Array(text.utf8), file: "f")
      var object = try #require(loaded.plugins.first?.config)
      return (ReplaySettings(from: &object), [])
    } catch let error as ConfigurationError {
      return (nil, error.faults.map { "\($0.path): expected \($0.expected), found \($0.found)" })
    } catch {
      return (nil, ["\(error)"])
    }
  }

  @Test("the table of keys is sound")
  func table() { #expect(description.tableFaults.isEmpty) }

  @Test("a path alone is enough")
  func short() {
    let expected = ReplaySettings(files: [FileSettings(path: "a.csv")])
    #expect(read("{\"files\":[\"a.csv\"]}").settings == expected)
  }

  @Test("everything can be said per file")
  func full() {
    let result = read(
      """
      {"files":[{"path":"b.csv","type":"trades","symbol":"X","venue":"V","header":false,
      "columns":{"time":0,"price":2},"delimiter":";","time_format":"yyyyMMdd HH:mm:ss",
      "timezone":"-03:30","price_precision":5}],"speed":0.25,"loop":true,"timestamps":"now",
      "on_error":"fatal"}
      """)
    var file = FileSettings(path: "b.csv")
    file.rows.kind = .trades
    file.rows.symbol = "X"
    file.rows.venue = "V"
    file.rows.hasHeader = false
    file.rows.columns = [.time: .index(0), .price: .index(2)]
    file.rows.delimiter = UInt8(ascii: ";")
    file.rows.timeFormat = TimeFormat("yyyyMMdd HH:mm:ss")
    file.rows.offsetNanos = -12_600_000_000_000
    file.rows.pricePrecision = 5
    var expected = ReplaySettings(files: [file])
    expected.speed = .ratio(raw: 250_000_000)
    expected.loops = true
    expected.timestamps = .now
    expected.onError = .fatal
    #expect(result.faults == [])
    #expect(result.settings == expected)
  }

  @Test("speeds are numbers within bounds or max", arguments: ["0.05", "1001", "0", "-1"])
  func badSpeeds(speed: String) {
    #expect(
      read("{\"files\":[\"a\"],\"speed\":\(speed)}").faults == [
        "plugins[0].config.speed: expected a number from 0.1 to 1000, or \"max\", found \(speed)"
      ])
    #expect(read("{\"files\":[\"a\"],\"speed\":\"max\"}").settings?.speed == .max)
  }

  @Test("without a header, names of columns are faults")
  func names() {
    #expect(
      read("{\"files\":[{\"path\":\"a\",\"header\":false,\"columns\":{\"time\":\"t\"}}]}").faults
        == [
          "plugins[0].config.files[0].columns.time: expected a place from 0, as there is no header, "
            + "found \"t\""
        ])
  }
}
