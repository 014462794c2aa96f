import EngineCore
import Plugins

/// The loader as the daemon has it, over the files of the repository and no environment.
enum Configurations {
  static let catalog = PluginDescription.of(allPlugins)

  static func load(
    _ bytes: [UInt8], file: String
  ) throws(ConfigurationError) -> EngineConfiguration {
    let loader = ConfigurationLoader(
      catalog: catalog, environment: [:], readFile: { Repository.here.bytes($0) })
    return try loader.load(bytes, file: file)
  }
}
