/// All that is needed to make a plugin instance, again and again: its type and checked settings.
public struct PluginBlueprint: Sendable {
  public var name: String
  public var type: any Plugin.Type
  /// Plugins of one lane run on one thread, in turn.
  public var lane: String
  public var restart: RestartPolicy
  private let makeInstance: @Sendable (PluginContext) throws -> any Plugin
  private let handSettings: @Sendable (any Plugin) throws -> Bool
  private let hasSameSettings: @Sendable (any PluginSettings) -> Bool
  let settings: any PluginSettings

  public init<P: Plugin>(
    _ type: P.Type, name: String, settings: P.Settings, lane: String? = nil,
    restart: RestartPolicy = RestartPolicy()
  ) {
    self.name = name
    self.type = type
    self.settings = settings
    makeInstance = { context in try P(settings: settings, context: context) }
    handSettings = { plugin in
      guard let plugin = plugin as? P else { return false }
      return try plugin.reconfigure(settings)
    }
    hasSameSettings = { other in other as? P.Settings == settings }
    // Who brings a thread of its own has a lane of its own on it.
    self.lane = lane ?? (type.manifest.bringsLoop ? name : Self.defaultLane(of: type))
    self.restart = restart
  }

  public var manifest: PluginManifest { type.manifest }

  static let mainLane = "main"

  /// Sources share a lane, and everything else shares another.
  static func defaultLane(of type: any Plugin.Type) -> String {
    type.manifest.isSource ? "sources" : mainLane
  }

  func make(_ context: PluginContext) throws -> any Plugin {
    try makeInstance(context)
  }

  /// Hands the settings to a running instance; false when it wants to be restarted instead.
  func reconfigure(_ plugin: any Plugin) throws -> Bool { try handSettings(plugin) }

  /// Whether a plugin made of either would be the same.
  func isSame(as other: PluginBlueprint) -> Bool {
    name == other.name && manifest.kind == other.manifest.kind && lane == other.lane
      && hasSameSettings(other.settings)
  }
}
