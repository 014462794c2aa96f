import EngineCore
import Testing

@Suite struct EnvironmentOverridesTests {
  private func config(_ name: String, _ environment: [String: String]) throws -> JSONValue {
    var environment = environment
    environment["TOKEN"] = "sesame"
    let configuration = try Fixture.load(Fixture.whole, environment)
    return try #require(configuration.plugin(named: name)).config.canonical
  }

  @Test("the environment overrides keys of the engine, also ones the file lacks") func engine()
    throws
  {
    let configuration = try Fixture.load(
      "{}",
      [
        "ENGINE__engine__ring": "65536", "ENGINE__engine__log__level": "debug",
        "ENGINE__engine__deterministic": "true", "ENGINE__engine__spin": "5us",
        "ENGINE_SOCKET": "not an override",
      ])
    #expect(configuration.engine.ringSlots == 65_536)
    #expect(configuration.engine.log.level == .debug)
    #expect(configuration.engine.isDeterministic)
    #expect(configuration.engine.spinNanos == 5000)
  }

  @Test("plugins are addressed by name and elements by index") func plugins() throws {
    let web = try config(
      "web",
      [
        "ENGINE__plugins__web__config__listen__1": "localhost:9000",
        "ENGINE__plugins__web__config__headers__X-Two": "2",
        "ENGINE__plugins__web__config__subjects__2": "quote.>",
      ])
    #expect(web["listen"]?.text() == #"["127.0.0.1:8000","localhost:9000"]"#)
    #expect(web["headers"]?.text() == #"{"X-One":"1","X-Two":"2"}"#, "a string stays a string")
    #expect(web["subjects"]?.array?.last?.string == "quote.>")
  }

  @Test("a value is JSON where the key takes that kind, otherwise a string") func kinds() throws {
    let list = try config("sim", ["ENGINE__plugins__sim__config__instruments": "[\"A\",\"B\"]"])
    #expect(list["instruments"]?.text() == #"["A","B"]"#)
    let number = try config("sim", ["ENGINE__plugins__sim__config__instruments": "7"])
    #expect(number["instruments"]?.int64 == 7)
    let decimal = try config("sim", ["ENGINE__plugins__sim__config__start_price": "1.50"])
    #expect(decimal["start_price"]?.number?.text == "1.5")
  }

  @Test("an inner override refines an outer one") func nested() throws {
    let configuration = try Fixture.load(
      "{}",
      [
        "ENGINE__engine__log": #"{"level": "error", "history": 5}"#,
        "ENGINE__engine__log__level": "trace",
      ])
    #expect(configuration.engine.log.level == .trace)
    #expect(configuration.engine.log.historyLines == 5)
  }

  @Test("a dash in a plugin's name may be written as an underscore") func dashes() throws {
    let configuration = try Fixture.load(
      #"{"plugins": [{"name": "my-bars", "type": "bars"}]}"#,
      ["ENGINE__plugins__my_bars__enabled": "false"])
    #expect(configuration.plugins[0].isEnabled == false)
  }

  @Test("the value of a secret override is in no message") func secret() {
    let messages = Fixture.messages(
      Fixture.whole,
      ["TOKEN": "sesame", "ENGINE__plugins__web__config__token": "abc"])
    #expect(
      messages == [
        "environment ENGINE__plugins__web__config__token: plugins[2].config.token: "
          + "expected at least 4 characters, found a secret value"
      ])
  }
}
