import ArgumentParser
import EngineCore

/// The plugins that a change is for: names, or all.
struct PluginSelection: ParsableArguments, Sendable {
  @Argument(help: "Names of plugins.", completion: .pluginNames)
  var names: [String] = []

  @Flag(help: "All plugins.")
  var all = false

  func validate() throws {
    if names.isEmpty && !all { throw ValidationError("name plugins, or say --all") }
    if !names.isEmpty && all { throw ValidationError("name plugins or say --all, not both") }
  }

  /// The request.
  var request: JSONValue {
    all
      ? .object([("all", .bool(true))])
      : .object([("names", .array(names.map { .string($0) }))])
  }
}
