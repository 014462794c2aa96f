import EngineCore
import Testing

@Suite struct ConfigurationDocumentsTests {
  @Test("the schema is JSON and names every key with its default and range") func schema() throws {
    let schema = try JSONReader().read(SchemaDocument.text(catalog: Fixture.catalog))
    #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
    let engine = try #require(schema["properties"]?["engine"]?["properties"])
    #expect(engine.object?.map(\.name) == EngineSettings.keys.map(\.name))
    #expect(engine["ring"]?["default"]?.int64 == 131_072)
    #expect(engine["ring"]?["anyOf"]?.array?[0]["maximum"]?.int64 == 4_194_304)
    let plugin = try #require(schema["$defs"]?["plugin"])
    #expect(plugin["required"]?.text() == #"["name","type"]"#)
    #expect(
      plugin["properties"]?["type"]?["enum"]?.text()
        == #"["generator","bars","websocket","alerts"]"#)
    let alerts = try #require(plugin["allOf"]?.array?.last?["then"])
    #expect(alerts["required"]?.text() == #"["config"]"#)
    let rule = alerts["properties"]?["config"]?["properties"]?["rules"]?["items"]
    #expect(rule?["required"]?.text() == #"["on","above"]"#)
    #expect(rule?["additionalProperties"]?.bool == false)
  }

  @Test("the file of defaults is a right file that equals an empty one") func defaults() throws {
    let kinds = ["generator", "bars", "websocket", "none"]
    let text = DefaultsDocument.text(kinds: kinds, catalog: Fixture.catalog)
    let configuration = try Fixture.load(text)
    #expect(configuration.plugins.map(\.name) == ["generator", "bars", "websocket"])
    let brief = try Fixture.load(
      """
      {"plugins": [{"name": "generator", "type": "generator"}, {"name": "bars", "type": "bars"},
       {"name": "websocket", "type": "websocket"}]}
      """)
    #expect(configuration == brief)
    #expect(text.contains("\"initial\": \"500ms\""))
    let alerts = DefaultsDocument.text(kinds: ["alerts"], catalog: Fixture.catalog)
    #expect(alerts.contains(#""rules": "<a list of 1 to 100>""#))
  }

  @Test("what is printed loads again and says the same") func printed() throws {
    let environment = ["TOKEN": "sesame"]
    let configuration = try Fixture.load(Fixture.whole, environment)
    #expect(try Fixture.load(configuration.text(), environment) == configuration)
    #expect(try Fixture.load(configuration.text(.compact), environment) == configuration)
  }

  @Test("the reference has a row for every key and no broken table") func reference() {
    let text = ReferenceDocument.text(catalog: Fixture.catalog)
    let lines = text.split(separator: "\n")
    #expect(
      lines.contains(
        "| `ring` | integer | `131072` | 1024 … 4194304 | "
          + "Events that the bus holds; a power of two. |"))
    #expect(
      lines.contains(
        "| `restart.factor` | number | `2.0` | 1 … 100 | How much longer each wait is. |"))
    #expect(lines.contains("## Type `websocket`"))
    #expect(lines.contains { $0.hasPrefix("| `token` | string | none |") && $0.contains("Secret") })
    #expect(lines.contains { $0.hasPrefix("| `rules[].above` | decimal | required |") })
    for line in lines where line.hasPrefix("|") {
      #expect(line.split(separator: "|", omittingEmptySubsequences: false).count == 7, "\(line)")
    }
    for key in EngineSettings.keys { #expect(text.contains("`\(key.name)`")) }
  }
}
