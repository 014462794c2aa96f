/// A type of plugins that commands are for.
protocol TargetedPlugin: Sendable {
  static var type: String { get }
  /// What such a plugin does, to be told when there is none or more than one: "makes bars".
  static var work: (ofOne: String, ofSeveral: String) { get }
}

enum AlertsPlugin: TargetedPlugin {
  static let type = "alerts"
  static let work = (ofOne: "watches rules", ofSeveral: "watch rules")
}

enum BarsPlugin: TargetedPlugin {
  static let type = "bars"
  static let work = (ofOne: "makes bars", ofSeveral: "make bars")
}

enum HistoryPlugin: TargetedPlugin {
  static let type = "history"
  static let work = (ofOne: "keeps bars of the past", ofSeveral: "keep bars of the past")
}

enum NotifyPlugin: TargetedPlugin {
  static let type = "notify"
  static let work = (ofOne: "delivers notifications", ofSeveral: "deliver notifications")
}

typealias AlertsTarget = PluginTarget<AlertsPlugin>
typealias BarsTarget = PluginTarget<BarsPlugin>
typealias HistoryTarget = PluginTarget<HistoryPlugin>
typealias NotifyTarget = PluginTarget<NotifyPlugin>
