/// A complete file with every default written out, as a start for one's own.
public enum DefaultsDocument {
  /// The file as indented JSON text that ends with a line feed. Keys that have no default are left
  /// out; those that must be given stand there as a text that says what is expected.
  /// - Parameters:
  ///   - kinds: the types of plugins to list, one entry each, named after its type; unknown ones
  ///     are passed over.
  ///   - catalog: the kinds there are.
  public static func text(kinds: [String], catalog: [PluginDescription]) -> String {
    let plugins = kinds.compactMap { kind in catalog.first { $0.kind == kind } }
    var writer = JSONWriter(layout: .indented)
    writer.object { writer in
      writer.name("engine")
      members(of: EngineSettings.keys, given: nil, &writer)
      writer.array("plugins") { writer in
        for plugin in plugins {
          writer.object { writer in
            writer.member("name", plugin.kind)
            writer.member("type", plugin.kind)
            writer.member("enabled", true)
            writer.name("config")
            members(of: plugin.keys, given: nil, &writer)
          }
        }
      }
    }
    return writer.text + "\n"
  }

  private static func members(
    of keys: [ConfigurationKey], given: JSONValue?, _ writer: inout JSONWriter
  ) {
    writer.object { writer in
      for key in keys {
        let value = given?[key.name] ?? key.defaultJSON
        if case .object(let nested) = key.type, let value {
          writer.name(key.name)
          members(of: nested, given: value, &writer)
        } else if let value {
          writer.member(key.name, value)
        } else if key.isRequired {
          writer.member(key.name, "<\(key.type.expectation)>")
        }
      }
    }
  }
}
