import ArgumentParser

/// Which plugin a command about alerts is for.
struct AlertsTarget: PluginTarget {
  static let pluginType = "alerts"
  static let work = (ofOne: "watches rules", ofSeveral: "watch rules")

  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp(
      "The alerts plugin's name; not needed when there is one.", valueName: "name"),
    completion: .pluginNames)
  var name: String?
}
