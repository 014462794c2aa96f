import EngineCore
import Testing

@Suite struct SecretsTests {
  private func text(_ token: String) -> String {
    """
    {"plugins": [{"name": "web", "type": "websocket",
      "config": {"token": "\(token)", "headers": {"X": "Bearer ${KEY}"}, "listen": ["${AT}"]}}]}
    """
  }
  private let environment = ["KEY": "hunter2", "AT": "hunter2:1", "LONG": "hunter2-long"]

  @Test(
    "secrets are never in printed configuration, plans or canonical text",
    arguments: ["literal-hunter2", "${LONG}", "pre-hunter2-${LONG}"])
  func rendered(token: String) throws {
    let configuration = try Fixture.load(text(token), environment)
    let web = try #require(configuration.plugin(named: "web"))
    #expect(web.settings(as: Fixture.WebSettings.self).token?.contains("hunter2") == true)
    let empty = try Fixture.load("{}")
    let other = try Fixture.load(text("another-hunter2"), environment)
    for plan in [
      ConfigurationPlan(from: empty, to: configuration),
      ConfigurationPlan(from: configuration, to: other),
      ConfigurationPlan(from: other, to: configuration),
    ] {
      var writer = JSONWriter()
      plan.write(to: &writer)
      #expect(!plan.text.contains("hunter2"))
      #expect(!writer.text.contains("hunter2"))
    }
    for shown in [configuration.text(), configuration.text(.compact), web.canonicalConfig] {
      #expect(!shown.contains("hunter2"))
      #expect(shown.contains("Bearer ${KEY}"))
    }
    #expect(web.config["token"]?.isSecret == true)
    let mask = token == "${LONG}" ? token : JSONValue.secretMask
    #expect(web.config.canonical["token"]?.string == mask)
  }

  @Test("values of references are in no message, whatever is wrong with them") func messages() {
    let text = """
      {"engine": {"ring": "${KEY}", "admin": "", "spin": "${KEY}", "log": {"level": "${KEY}"}},
       "instruments": "${KEY}",
       "plugins": [{"name": "a", "type": "websocket", "config": {"listen": "${AT}",
          "buffer": "${KEY}", "subjects": ["${KEY}"], "since": "${KEY}"}},
        {"name": "b", "type": "websocket", "config": {"listen": "${AT}"}},
        {"name": "c", "type": "websocket", "config": {"listen": "${AT}"}},
        {"name": "${KEY}", "type": "${KEY}"}]}
      """
    let messages = Fixture.messages(text, environment)
    #expect(messages.count >= 10)
    for message in messages { #expect(!message.contains("hunter2"), "\(message)") }
  }
}
