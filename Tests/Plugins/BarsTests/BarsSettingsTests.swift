import Bars
import EngineCore
import Testing

@Suite("Settings of bars")
struct BarsSettingsTests {
  /// The faults of a configuration, as the loader prints them, without the place.
  private func faults(_ config: String) -> [String] {
    let description = PluginDescription(kind: "bars", summary: "", settings: BarsSettings.self)
    let text = #"{"plugins":[{"name":"it","type":"bars","config":\#(config)}]}"#
    do throws(ConfigurationError) {
      _ = try ConfigurationLoader(catalog: [description]).load(Array(text.utf8), file: "f")
      return []
    } catch {
      return error.faults.map { "\($0.path): \($0.expected)" }
    }
  }

  @Test("a spec that is none, that comes twice or that has no calendar is told")
  func specs() {
    #expect(faults(#"{"specs":["1m"]}"#) == [])
    #expect(faults(#"{"specs":["1x"]}"#).first?.hasPrefix("plugins[0].config.specs[0]") == true)
    #expect(faults(#"{"specs":["1m","1m@last~utc"]}"#).first?.hasSuffix("each spec once") == true)
    #expect(faults(#"{"specs":["1d~XNYX"]}"#).first?.contains("a calendar after") == true)
    #expect(faults(#"{"specs":[]}"#).count == 1)
  }

  @Test("a calendar of one's own is known to the specs, and its faults are told")
  func calendars() {
    let tokyo = #"{"name":"TOKYO","zone":"Asia/Tokyo","hours":"0900-1130,1230-1530"}"#
    #expect(faults(#"{"specs":["1h~TOKYO"],"calendars":[\#(tokyo)]}"#) == [])
    #expect(
      faults(#"{"calendars":[\#(tokyo),\#(tokyo)]}"#).first?.hasSuffix("each name once") == true)
    for fault in [
      #""hours":"9-5""#, #""hours":"24x7","holidays":["2026-02-30"]"#,
      #""hours":"24x7","early_closes":["2026-12-24 25:00"]"#, #""hours":"24x7","outside":"x""#,
    ] {
      #expect(faults(#"{"calendars":[{"name":"X",\#(fault)}]}"#).count == 1, "\(fault)")
    }
  }

  @Test("a session of a calendar of one's own cuts the bars")
  func ownCalendar() throws {
    // 10:00 UTC is 19:00 in Tokyo; the session ends at 19:30, and its last bar with it.
    let calendar = #"{"name":"T","zone":"Asia/Tokyo","hours":"1810-1930","outside":"drop"}"#
    let stage = try BarsStage(
      #"{"specs":["1h~T"],"partial":"off","calendars":[\#(calendar)]}"#)
    try stage.trade(5)
    stage.advance(seconds: 600)
    try stage.trade(6)
    stage.advance(seconds: 1800)
    try stage.trade(7)
    #expect(
      stage.lines().filter { $0.hasPrefix("A") } == [
        "A 1h~T 09:10:00 5 5 5 5 n1 closed r0", "A 1h~T 10:10:00 6 6 6 6 n1 closed r0",
      ])
    #expect(try stage.send("list")["outside_dropped"]?.int64 == 1)
  }

  @Test("a zone that the machine does not have stops the plugin with a reason")
  func unknownZone() throws {
    let stage = try BarsStage(#"{"specs":["1d~Nowhere/City"]}"#)
    #expect(stage.engine.host.status("bars")?.state != .running)
  }
}
