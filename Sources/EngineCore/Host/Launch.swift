/// What a lane needs to bring one plugin instance up.
struct Launch: Sendable {
  var blueprint: PluginBlueprint
  var generation: UInt64
  var source: SourceID
  var seed: UInt64
  var metrics: RunnerMetrics
  /// Set after a crash: where its reader goes on.
  var resumeAfter: ReaderPlace?
  /// Whether it was paused when it crashed.
  var isPaused: Bool
  var services: HostServices
  /// The running readers of these names.
  var readers: @Sendable ([String]) -> [Subscription]
  /// Sends the plugin a command, as a person would.
  var send: @Sendable (PluginCommand, @escaping OwnCommands.Reply) -> Void
}

/// What all plugins share.
struct HostServices: Sendable {
  var bus: Bus
  var catalog: Catalog
  var announcer: Announcer
  var clock: any EngineClock
  var logs: LogCenter
  var capabilities: Capabilities
  /// The log on disk, and the plugin that keeps it.
  var logStore: (any LogStore)? = nil
  var keeper: String? = nil
  /// Events that may wait for room in front of the bus, a plugin.
  var holdMax: Int
  /// Messages in an inbox, and tasks in the background, a plugin.
  var inboxMax: Int
  var backgroundMax: Int
}
