import EngineCore
import Testing
import WebProtocol

@testable import WebFrontend

@Suite("Settings of a web frontend")
struct WebFrontendSettingsTests {
  private func settings(_ config: String) throws -> WebFrontendSettings {
    let text = "{\"plugins\":[{\"name\":\"web\",\"type\":\"websocket\",\"config\":{\(config)}}]}"
    let configuration = try ConfigurationLoader(catalog: [
      PluginDescription(kind: "websocket", summary: "", settings: WebFrontendSettings.self)
    ]).load(Array(text.utf8), file: "f")
    return configuration.plugins[0].settings(as: WebFrontendSettings.self)
  }

  @Test("without any it listens on port 8000 of this machine, for pages of its own")
  func defaults() throws {
    let settings = try settings("")
    #expect(settings.listeners.flatMap(\.listen).map(\.description) == ["127.0.0.1:8000"])
    #expect(settings.origins == .sameHost && settings.cors == .none && !settings.hasEcho)
    #expect(settings.deflate == DeflatePolicy())
  }

  @Test("compression can be off, and origins any")
  func others() throws {
    let settings = try settings("\"compression\":0,\"origins\":[\"*\"],\"cors\":[\"*\"]")
    #expect(settings.deflate == nil && settings.origins == .any && settings.cors == .any)
  }

  @Test("two tokens of one name are a fault")
  func tokens() {
    let token = "{\"name\":\"a\",\"token\":\"x\"}"
    #expect(throws: ConfigurationError.self) { try settings("\"tokens\":[\(token),\(token)]") }
  }
}
