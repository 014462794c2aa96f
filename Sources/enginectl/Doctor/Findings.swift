import EngineCore

/// What the doctor found out, before it is judged.
struct Findings: Equatable, Sendable {
  var location: SocketLocation
  var entry: FileEntry
  /// Why there is no connection; nil when there is one.
  var failure: ControlError?
  /// Version in the daemon's greeting.
  var daemonVersion: String?
  /// What `health` says against it; nil when it says that all is well.
  var ailment: String?
  var engine: EngineRow?
  var plugins: [PluginRow] = []
  var subscriptions: [SubscriptionRow] = []
  var plan: ReloadPlan?
  /// Why the configuration file could not be compared.
  var planFailure: String?
  /// Most open files of the daemon.
  var openFilesMax: Int?
  var disk: DiskSpace?
  var now: Timestamp
}
