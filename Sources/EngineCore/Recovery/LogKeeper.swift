/// A plugin type that keeps the log beyond the process. A configuration has one of them at most.
///
/// Its log is opened before there is a bus, as the log says where sequences go on; the instances
/// find it in `context.logStore`.
public protocol LogKeeper: Plugin {
  /// Opens the log, or begins one.
  ///
  /// - Parameters:
  ///   - now: when a new log begins.
  ///   - log: where repairs are reported.
  static func openLog(
    _ settings: Settings, now: Timestamp, log: Log
  ) throws(PluginError) -> any LogStore
}

extension EngineConfiguration {
  /// Opens the log of the plugin that keeps it; nil when none does.
  func openLog(
    types: [any Plugin.Type], now: Timestamp, logs: LogCenter
  ) throws(PluginError) -> (store: any LogStore, keeper: String)? {
    let keepers = plugins.filter { plugin in
      plugin.isEnabled
        && types.contains { $0.manifest.kind == plugin.kind && $0 is any LogKeeper.Type }
    }
    guard let keeper = keepers.first else { return nil }
    guard keepers.count == 1 else {
      let names = keepers.map(\.name).joined(separator: ", ")
      throw PluginError("one plugin keeps the log, here are \(keepers.count): \(names)")
    }
    func open<Keeper: LogKeeper>(_ type: Keeper.Type) throws(PluginError) -> any LogStore {
      try type.openLog(
        keeper.settings(as: Keeper.Settings.self), now: now, log: logs.log(keeper.name))
    }
    for type in types where type.manifest.kind == keeper.kind {
      if let type = type as? any LogKeeper.Type { return (try open(type), keeper.name) }
    }
    return nil
  }
}
