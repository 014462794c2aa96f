internal import ArgumentParser
internal import EngineCore
internal import Plugins

/// `engined check`: says what is wrong with a file, and starts nothing.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a configuration file without starting anything.")

  @Option(help: "The configuration file.")
  var config = "plugins.json"

  @Flag(help: "Print the outcome as JSON.")
  var json = false

  func run() throws {
    let source = ConfigurationSource.file(config)
    do {
      let configuration = try source.load()
      if json { return SystemFiles.print(outcome([], configuration.warnings)) }
      for warning in configuration.warnings { SystemFiles.printError("warning: \(warning)") }
      SystemFiles.print("\(config): valid, \(configuration.plugins.count) plugins")
    } catch let error as ConfigurationError {
      if json {
        SystemFiles.print(outcome(error.faults, error.warnings))
      } else {
        SystemFiles.printError(error.description)
      }
      throw ExitCode(ExitStatus.badConfiguration)
    }
  }

  private func outcome(
    _ faults: [ConfigurationFault], _ warnings: [ConfigurationFault]
  ) -> String {
    var json = JSONWriter(layout: .indented)
    json.object {
      $0.member("valid", faults.isEmpty)
      $0.array("faults") { json in for fault in faults { fault.write(to: &json) } }
      $0.array("warnings") { json in for warning in warnings { warning.write(to: &json) } }
    }
    return json.text
  }
}

/// `engined schema`: the JSON Schema of configuration files, for editors.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of configuration files.")

  func run() { SystemFiles.print(SchemaDocument.text(catalog: PluginDescription.of(allPlugins))) }
}

/// `engined defaults`: a file with every key at its default.
struct DefaultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "defaults", abstract: "Print a configuration with every key at its default.")

  @Argument(help: "Plugin types to include; all when left out.")
  var types: [String] = []

  func run() throws {
    let catalog = PluginDescription.of(allPlugins)
    let known = catalog.map(\.kind)
    if let unknown = types.first(where: { !known.contains($0) }) {
      throw ValidationError(
        "there is no plugin type \"\(unknown)\"; there are: \(known.joined(separator: ", "))")
    }
    SystemFiles.print(
      DefaultsDocument.text(kinds: types.isEmpty ? known : types, catalog: catalog))
  }
}

/// `engined docs`: the reference of all keys, as docs/configuration.md has it.
struct DocsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "docs", abstract: "Print the reference of all configuration keys (Markdown).")

  func run() {
    SystemFiles.print(ReferenceDocument.text(catalog: PluginDescription.of(allPlugins)))
  }
}
