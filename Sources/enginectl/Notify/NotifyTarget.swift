import ArgumentParser

/// Which plugin a command about notifications is for.
struct NotifyTarget: PluginTarget {
  static let pluginType = "notify"
  static let work = (ofOne: "delivers notifications", ofSeveral: "deliver notifications")

  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp(
      "The notify plugin's name; not needed when there is one.", valueName: "name"),
    completion: .pluginNames)
  var name: String?
}
