import EngineCore

/// Offers the outbox of a test, as the plugin `alerts` does with its own.
final class OutboxHolder: Plugin {
  struct Settings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
  }

  static let manifest = PluginManifest(kind: "outbox", summary: "Offers an outbox.")
  @TaskLocal static var outbox: FakeOutbox?

  private let context: PluginContext

  init(settings: Settings, context: PluginContext) throws { self.context = context }

  func start() throws {
    if let outbox = Self.outbox { context.offer(outbox as any AlertOutbox, as: .alertOutbox) }
  }
}
