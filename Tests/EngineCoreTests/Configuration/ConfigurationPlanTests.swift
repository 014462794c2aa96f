import EngineCore
import Testing

@Suite struct ConfigurationPlanTests {
  private func plan(_ old: String, _ new: String) throws -> ConfigurationPlan {
    ConfigurationPlan(from: try Fixture.load(old), to: try Fixture.load(new))
  }

  private let base = """
    {"engine": {"ring": 2048}, "instruments": [{"symbol": "A"}, {"symbol": "B"}],
     "plugins": [{"name": "sim", "type": "generator", "config": {"interval": "1s"}},
      {"name": "bars", "type": "bars"}, {"name": "web", "type": "websocket"}]}
    """

  @Test("a file does not differ from itself") func same() throws {
    let plan = try plan(base, base)
    #expect(plan.isEmpty)
    #expect(plan.unchanged == ["sim", "bars", "web"])
    #expect(plan.text == "nothing changes\n")
  }

  @Test("other words for the same values are no change") func spelling() throws {
    let other = """
      {"plugins": [{"name": "web", "type": "websocket", "enabled": true,
        "config": {"listen": ["127.0.0.1:8000"], "buffer": "65536B"}},
       {"name": "bars", "type": "bars", "config": {}},
       {"name": "sim", "type": "generator", "config": {"interval": "1000ms", "start_price": 1e2}}],
       "instruments": [{"symbol": "B", "price_precision": 2}, {"symbol": "A"}],
       "engine": {"ring": 2048.0, "call_limit": "5000ms", "log": {"level": "info"}}}
      """
    #expect(try plan(base, other).isEmpty)
  }

  @Test("the plan says what is added, removed and changed, and what needs a new start")
  func changes() throws {
    let other = """
      {"engine": {"ring": 4096, "log": {"level": "debug"}, "restart": {"initial": "1s"}},
       "instruments": [{"symbol": "A", "price_precision": 5}, {"symbol": "C"}],
       "plugins": [
        {"name": "sim", "type": "generator", "config": {"interval": "2s", "seed": 4}},
        {"name": "web", "type": "websocket", "log": "error", "restart": {"policy": "never"}},
        {"name": "watch", "type": "alerts",
         "config": {"rules": [{"on": "trade.A", "above": 1}]}}]}
      """
    let plan = try plan(base, other)
    #expect(
      plan.text == """
        ~ engine.log.level "info" → "debug", at once
        ~ engine.restart.initial "500ms" → "1s", at once
        ! engine.ring 2048 → 4096, with the next start of the process
        ! instruments.A {"symbol":"A","price_precision":2,"size_precision":0} → \
        {"symbol":"A","price_precision":5,"size_precision":0}, with the next start of the process
        ! instruments.B {"symbol":"B","price_precision":2,"size_precision":0} → nothing, \
        with the next start of the process
        + instrument C
        - plugin bars
        + plugin watch
        ~ plugin sim: config.interval "1s" → "2s"
        ~ plugin sim: config.seed nothing → 4
        ~ plugin web: log nothing → "error"
        ~ plugin web: restart nothing → {"policy":"never"}

        """)
    #expect(plan.changed.map(\.concernsPlugin) == [true, false])
    var writer = JSONWriter()
    plan.write(to: &writer)
    let json = try JSONReader().read(writer.text)
    #expect(
      json["changed"]?.array?[0].text()
        == #"{"name":"sim","changes":[{"path":"config.interval","from":"1s","to":"2s"},"#
        + #"{"path":"config.seed","to":4}]}"#)
    #expect(json["process_restart"]?.array?.count == 3)
  }

  @Test("a changed secret is a change although both sides print alike") func secrets() throws {
    let text = #"{"plugins": [{"name": "w", "type": "websocket", "config": {"token": "${T}"}}]}"#
    let plan = ConfigurationPlan(
      from: try Fixture.load(text, ["T": "first"]), to: try Fixture.load(text, ["T": "second"]))
    #expect(plan.text == "~ plugin w: config.token (secret)\n")
  }

  @Test("another type is a change of the type alone") func types() throws {
    let old = #"{"plugins": [{"name": "x", "type": "bars"}]}"#
    let new = #"{"plugins": [{"name": "x", "type": "generator"}]}"#
    #expect(try plan(old, new).text == "~ plugin x: type \"bars\" → \"generator\"\n")
  }
}
