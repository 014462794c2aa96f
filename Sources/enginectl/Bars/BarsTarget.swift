import ArgumentParser

/// Which plugin a command about bars is for.
struct BarsTarget: PluginTarget {
  static let pluginType = "bars"
  static let work = (ofOne: "makes bars", ofSeveral: "make bars")

  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp("The bars plugin's name; not needed when there is one.", valueName: "name"),
    completion: .pluginNames)
  var name: String?
}
