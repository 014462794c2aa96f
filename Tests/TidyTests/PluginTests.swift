import EngineCore
import Plugins
import Testing

/// Every plugin brings what a plugin has to bring.
@Suite("Plugins of this build")
struct PluginTests {
  private let repository = Repository.here
  private static let shared: Set<String> = [
    "AlertRules", "BarAggregation", "BarIndicators", "CNotify", "CZlib", "CZstd",
    "DBNFiles", "Dashboard", "Fanout", "JournalFiles",
    "Notifications", "Registry", "TickFiles", "Transport", "WebProtocol", "ZlibStreams",
  ]

  /// Folders under Sources/Plugins that are plugins.
  static var folders: [String] {
    let names = Repository.here.files(under: "Sources/Plugins/").compactMap { path in
      path.split(separator: "/").dropFirst(2).first.map(String.init)
    }
    return Set(names).subtracting(shared).sorted()
  }

  @Test("a plugin's folder has a README and a sample", arguments: folders)
  func folder(name: String) {
    for file in ["README.md", "sample.json", "\(name).swift"] {
      #expect(repository.exists("Sources/Plugins/\(name)/\(file)"))
    }
  }

  @Test("a plugin's sample is accepted", arguments: folders)
  func sample(name: String) throws {
    let path = "Sources/Plugins/\(name)/sample.json"
    let sample = repository.text(path)
    let file = "{ \"plugins\": [\n\(sample)] }"
    let configuration = try Configurations.load(Array(file.utf8), file: path)
    let kinds = configuration.plugins.map(\.kind)
    #expect(kinds.count == 1)
    // The folder is the type's name: `WebSocketFrontend` may be the kind `websocket`.
    #expect(kinds.allSatisfy { kind in Configurations.catalog.contains { $0.kind == kind } })
  }

  @Test("every folder is registered, and every kind has a folder")
  func registered() {
    let types = allPlugins.map { "\($0)" }
    #expect(types.sorted() == Self.folders)
    #expect(Set(Configurations.catalog.map(\.kind)).count == allPlugins.count)
  }

  @Test("a plugin's README shows its type", arguments: folders)
  func readme(name: String) throws {
    let type = try #require(allPlugins.first { "\($0)" == name })
    let text = repository.text("Sources/Plugins/\(name)/README.md")
    #expect(text.contains("\"type\": \"\(type.manifest.kind)\""))
    for command in type.manifest.commands {
      #expect(text.contains(command.name), "the command \(command.name)")
    }
  }

  @Test("a plugin's table of keys has no faults", arguments: Configurations.catalog.map(\.kind))
  func tables(kind: String) throws {
    let plugin = try #require(Configurations.catalog.first { $0.kind == kind })
    #expect(plugin.tableFaults.isEmpty, "\(plugin.tableFaults)")
    #expect(!plugin.summary.isEmpty)
  }
}
