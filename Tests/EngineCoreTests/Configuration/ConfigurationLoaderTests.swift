import EngineCore
import Testing

@Suite struct ConfigurationLoaderTests {
  @Test("an empty object is a whole configuration of defaults") func defaults() throws {
    let configuration = try Fixture.load("{}")
    let engine = configuration.engine
    #expect(engine.adminPath == "run/engine.sock")
    #expect(engine.ringSlots == 131_072)
    #expect(engine.lanes == nil)
    #expect(!engine.isDeterministic)
    #expect(engine.spinNanos == 20_000)
    #expect(engine.callLimitNanos == 5_000_000_000)
    #expect(engine.stallReportNanos == 1_000_000_000)
    #expect(engine.seed == nil)
    #expect(engine.log.level == .info)
    #expect(engine.log.historyLines == 2000)
    #expect(engine.restart.policy == .onFailure)
    #expect(engine.restart.intensity == 5)
    #expect(configuration.plugins.isEmpty)
  }

  @Test("a whole file is read value by value") func whole() throws {
    let configuration = try Fixture.load(Fixture.whole, ["TOKEN": "sesame"])
    #expect(configuration.warnings.isEmpty)
    #expect(configuration.engine.ringSlots == 65_536)
    #expect(configuration.instruments.map(\.key) == ["EURUSD", "BRK.B@XNYS"])
    #expect(configuration.instruments[0].increment == "0.00001")
    #expect(configuration.instruments[1].name == "Berkshire é")
    #expect(configuration.plugins.map(\.name) == ["sim", "bars", "web", "alerts"])
    let bars = try #require(configuration.plugin(named: "bars"))
    #expect(bars.logLevel == .warning)
    #expect(bars.restart.intensity == 9)
    #expect(bars.restart.maximumNanos == 60_000_000_000, "the rest is the engine's")
    let sim = try #require(configuration.plugin(named: "sim"))
    #expect(sim.lane == "fast")
    #expect(sim.settings(as: Fixture.GeneratorSettings.self).intervalNanos == 250_000_000)
    let web = try #require(configuration.plugin(named: "web"))
    let settings = web.settings(as: Fixture.WebSettings.self)
    #expect(settings.addresses.map(\.port) == [8000, 8000])
    #expect(settings.token == "sesame")
    #expect(configuration.plugin(named: "alerts")?.isEnabled == false)
  }

  @Test("references are replaced whole, inside longer strings and escaped") func references() throws
  {
    let text = """
      {"engine": {"admin": "${DIR}/a$${b}$c", "ring": "${RING}", "log": {"file": "${file:f}"}}}
      """
    let configuration = try Fixture.load(
      text, ["DIR": "/run/${RING}", "RING": "2048"], files: ["f": "x.log\r\n"])
    #expect(configuration.engine.adminPath == "/run/${RING}/a${b}$c", "and not searched again")
    #expect(configuration.engine.ringSlots == 2048)
    #expect(configuration.engine.log.file == "x.log")
  }

  @Test("a byte order mark at the start of a file is skipped") func byteOrderMark() throws {
    _ = try Fixture.load("\u{FEFF}{}")
  }

  @Test("instruments come from CSV and JSON files too") func instrumentFiles() throws {
    let table = "\u{FEFF}symbol,name,price_precision\r\nA,\"x, \"\"y\"\"\",5\r\n\r\nB,,\r\n"
    let list = #"[{"symbol": "A", "name": "x, \"y\"", "price_precision": 5}, {"symbol": "B"}]"#
    for (path, text) in [("a.csv", table), ("a.json", list)] {
      for value in ["\"\(path)\"", "{\"file\": \"\(path)\"}"] {
        let configuration = try Fixture.load("{\"instruments\": \(value)}", files: [path: text])
        #expect(configuration.instruments.map(\.symbol) == ["A", "B"])
        #expect(configuration.instruments[0].name == "x, \"y\"")
        #expect(configuration.instruments.map(\.pricePrecision) == [5, 2])
      }
    }
  }

  @Test("a kind that nobody publishes is a warning that names who would") func warnings() throws {
    let text = """
      {"plugins": [
        {"name": "bars", "type": "bars"},
        {"name": "web", "type": "websocket", "config": {"subjects": ["alert.>", "bar.>", "gap.>"]}}
      ]}
      """
    let warnings = try Fixture.load(text).warnings.map(\.description)
    #expect(
      warnings == [
        "plugins.json:2:3: plugins[0]: expected a plugin that publishes trade (generator), "
          + "found none in the file",
        "plugins.json:3:64: plugins[1].config.subjects[0]: expected a plugin that publishes alert "
          + "(alerts), found none in the file",
      ])
  }

  @Test("disabled plugins take no ports and no lanes") func disabled() throws {
    let text = """
      {"engine": {"lanes": 1}, "plugins": [
        {"name": "a", "type": "websocket", "lane": "x"},
        {"name": "b", "type": "websocket", "lane": "y", "enabled": false}]}
      """
    _ = try Fixture.load(text)
  }

  @Test("a getter that disagrees with its table is a fault and not a crash") func wrongGetter() {
    let kind = PluginDescription(
      kind: "odd", summary: "", keys: [.key("a", .boolean, default: true, "")]
    ) { object in
      _ = object.integer("a")
      _ = object.strings("none")
    }
    let loader = ConfigurationLoader(catalog: [kind])
    let text = Array(#"{"plugins": [{"name": "o", "type": "odd"}]}"#.utf8)
    #expect(throws: ConfigurationError.self) { try loader.load(text, file: "f") }
  }

  @Test("the tables of keys hold defaults of their own types") func tables() {
    for plugin in Fixture.catalog { #expect(plugin.tableFaults.isEmpty, "\(plugin.kind)") }
    let engine = PluginDescription(kind: "engine", summary: "", keys: EngineSettings.keys)
    #expect(engine.tableFaults.isEmpty)
    let wrong = PluginDescription(
      kind: "wrong", summary: "",
      keys: [
        .key("oddName", .boolean, default: 1, ""), .optional("a", .boolean, ""),
        .optional("a", .boolean, ""),
      ])
    #expect(wrong.tableFaults.count == 3)
  }

  @Test("faults are written for tools with place, path and message") func faultJSON() {
    var writer = JSONWriter()
    do throws(ConfigurationError) {
      _ = try Fixture.load(#"{"engine": {"rin": 1}}"#)
    } catch {
      error.faults[0].write(to: &writer)
    }
    #expect(
      writer.text == #"{"file":"plugins.json","line":1,"column":13,"path":"engine.rin","#
        + #""expected":"a known key","found":"\"rin\"","suggestion":"\"ring\"","#
        + #""message":"plugins.json:1:13: engine.rin: expected a known key, found \"rin\"; "#
        + #"did you mean \"ring\"?"}"#)
  }
}
