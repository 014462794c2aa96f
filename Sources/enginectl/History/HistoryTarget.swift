import ArgumentParser

/// Which plugin a command about the store of bars is for.
struct HistoryTarget: PluginTarget {
  static let pluginType = "history"
  static let work = (ofOne: "keeps bars of the past", ofSeveral: "keep bars of the past")

  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp(
      "The history plugin's name; not needed when there is one.", valueName: "name"),
    completion: .pluginNames)
  var name: String?
}
