import EngineCore
import Testing

@testable import Generator

@Suite("Generator settings")
struct GeneratorSettingsTests {
  private let description = PluginDescription(
    kind: "generator", summary: "", settings: GeneratorSettings.self)

  /// The settings that a `config` object gives, or its faults.
  private func read(_ config: String) -> (settings: GeneratorSettings?, faults: [String]) {
    let text = "{\"plugins\":[{\"name\":\"g\",\"type\":\"generator\",\"config\":\(config)}]}"
    do {
      let loaded = try ConfigurationLoader(catalog: [description])
        .load(Array(text.utf8), file: "f")
      var object = try #require(loaded.plugins.first?.config)
      return (GeneratorSettings(from: &object), [])
    } catch let error as ConfigurationError {
      return (nil, error.faults.map { "\($0.path): expected \($0.expected), found \($0.found)" })
    } catch {
      return (nil, ["\(error)"])
    }
  }

  @Test("the table of keys is sound, and its defaults are those of the code")
  func table() {
    #expect(description.tableFaults.isEmpty)
    #expect(read("{}").settings == GeneratorSettings())
  }

  @Test("instruments are counted, named or described")
  func instruments() throws {
    #expect(
      read("{\"instruments\":3}").settings?.instruments.map(\.symbol) == [
        "ITEM_00", "ITEM_01", "ITEM_02",
      ])
    let settings = try #require(
      read(
        """
        {"instruments":["A",{"symbol":"B","venue":"V","initial":61837.63,"volatility":0.5,
        "price_precision":5}],"model":"gbm","rate":2.5,"jumps":{"intensity":3}}
        """
      ).settings)
    #expect(settings.instruments.map(\.key) == ["A", "B@V"])
    #expect(settings.instruments[1].initial == 61_837_630_000_000)
    #expect(settings.pace == .rate(raw: 2_500_000_000))
    #expect(settings.brownian.jumpIntensity == 3)
  }

  @Test("what does not go together is told")
  func faults() {
    #expect(
      read(
        "{\"interval\":\"1s\",\"rate\":1,\"initial_min\":10,\"initial_max\":9,\"spread\":-1,"
          + "\"session_open\":\"9h\",\"session_close\":\"8h\",\"instruments\":[\"A\",\"A\"]}"
      ).faults == [
        "plugins[0].config.rate: expected either an interval or a rate, found both",
        "plugins[0].config.initial_max: expected at least initial_min, found 9",
        "plugins[0].config.spread: expected a number of at least 0, found -1",
        "plugins[0].config.session_close: expected a time after session_open, found \"8h\"",
        "plugins[0].config.instruments[1]: expected an instrument that is not in the list already, "
          + "found \"A\" again",
      ])
  }
}
