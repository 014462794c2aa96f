/// The JSON Schema (draft 2020-12) of the configuration file, for editors and other tools.
///
/// It accepts what the loader accepts, except for what only the loader can know: references are
/// taken everywhere, and checks between values are left to it.
public enum SchemaDocument {
  /// The schema as indented JSON text that ends with a line feed.
  public static func text(catalog: [PluginDescription]) -> String {
    var writer = JSONWriter(layout: .indented)
    writer.object { writer in
      writer.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      writer.member("title", "Tickwire configuration")
      writer.object("$defs") { writer in
        writer.object("reference") { writer in
          writer.member("type", "string")
          writer.member("pattern", "\\$\\{")
          writer.member("description", "Text with ${NAME} or ${file:path}.")
        }
        writer.name("plugin")
        plugin(catalog, &writer)
      }
      members(of: ConfigurationFile.keys, &writer) { key, writer in
        guard key.name == "plugins" else { return false }
        writer.object { writer in
          writer.member("description", key.documentation)
          writer.member("type", "array")
          writer.member("maxItems", 1024)
          writer.object("items") { $0.member("$ref", "#/$defs/plugin") }
        }
        return true
      }
    }
    return writer.text + "\n"
  }

  /// An entry of `plugins`: its keys, and by its type the keys of `config`.
  private static func plugin(_ catalog: [PluginDescription], _ writer: inout JSONWriter) {
    writer.object { writer in
      members(of: PluginConfiguration.keys, &writer) { key, writer in
        guard key.name == "type" else { return false }
        writer.object { writer in
          writer.member("description", key.documentation)
          writer.array("enum") { writer in
            for plugin in catalog { writer.value(plugin.kind) }
          }
        }
        return true
      }
      writer.array("allOf") { writer in
        for plugin in catalog { condition(plugin, &writer) }
      }
    }
  }

  private static func condition(_ plugin: PluginDescription, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.object("if") { writer in
        writer.object("properties") { writer in
          writer.object("type") { $0.member("const", plugin.kind) }
        }
        writer.array("required") { $0.value("type") }
      }
      writer.object("then") { writer in
        writer.object("properties") { writer in
          writer.object("config") { writer in
            writer.member("description", plugin.summary)
            members(of: plugin.keys, &writer)
          }
        }
        if plugin.keys.contains(where: \.isRequired) {
          writer.array("required") { $0.value("config") }
        }
      }
    }
  }

  /// Writes the members of an object's schema. `special` may write the schema of a key and return
  /// true.
  private static func members(
    of keys: [ConfigurationKey], _ writer: inout JSONWriter,
    special: (ConfigurationKey, inout JSONWriter) -> Bool = { _, _ in false }
  ) {
    writer.member("type", "object")
    writer.member("additionalProperties", false)
    let required = keys.filter(\.isRequired)
    if !required.isEmpty {
      writer.array("required") { writer in
        for key in required { writer.value(key.name) }
      }
    }
    writer.object("properties") { writer in
      for key in keys {
        writer.name(key.name)
        if special(key, &writer) { continue }
        writer.object { writer in
          writer.member("description", key.documentation)
          if let standard = key.defaultJSON { writer.member("default", standard) }
          schema(of: key.type, &writer)
        }
      }
    }
  }

  private static func schema(of type: ConfigurationType, _ writer: inout JSONWriter) {
    switch type {
    case .object(let keys): members(of: keys, &writer)
    case .map(let element):
      writer.member("type", "object")
      writer.object("additionalProperties") { schema(of: element, &$0) }
    case .list(let element, let count):
      writer.member("type", "array")
      if count.lowerBound > 0 { writer.member("minItems", count.lowerBound) }
      writer.member("maxItems", count.upperBound)
      writer.object("items") { schema(of: element, &$0) }
    case .oneOf(let types):
      writer.array("anyOf") { writer in
        for type in types { writer.object { schema(of: type, &$0) } }
      }
    case .json: break
    case .string, .path: writer.member("type", "string")
    default:
      writer.array("anyOf") { writer in
        for form in scalars(type) {
          writer.object { writer in
            for member in form { writer.member(member.name, member.value) }
          }
        }
        writer.object { $0.member("$ref", "#/$defs/reference") }
      }
    }
  }

  /// The forms of JSON that a scalar may have, references aside.
  private static func scalars(_ type: ConfigurationType) -> [[JSONMember]] {
    let decimal = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$"
    switch type {
    case .boolean: return [[text("type", "boolean")]]
    case .integer(let range):
      var form = [text("type", "integer")]
      if range.lowerBound > .min { form.append(number("minimum", range.lowerBound)) }
      if range.upperBound < .max { form.append(number("maximum", range.upperBound)) }
      return [form]
    case .number(let range):
      var form = [text("type", "number")]
      if range.lowerBound > -.greatestFiniteMagnitude, let low = JSONNumber(range.lowerBound) {
        form.append(JSONMember(name: "minimum", value: JSONValue(.number(low))))
      }
      if range.upperBound < .greatestFiniteMagnitude, let high = JSONNumber(range.upperBound) {
        form.append(JSONMember(name: "maximum", value: JSONValue(.number(high))))
      }
      return [form]
    case .decimal: return [[text("type", "number")], pattern(decimal)]
    case .choice(let words):
      let values = words.map { JSONValue(.string($0)) }
      return [[JSONMember(name: "enum", value: JSONValue(.array(values)))]]
    case .duration: return [pattern("^([0-9]+(\\.[0-9]+)?(d|h|m|s|ms|us|µs|μs|ns))+$")]
    case .size: return [pattern("^([0-9]+(\\.[0-9]+)?([KMGT]i?B|kB|B))+$")]
    case .listen:
      let address = "^.+:[0-9]{1,5}$"
      let items = JSONValue(.object(pattern(address)))
      let list = [
        text("type", "array"), number("minItems", 1), number("maxItems", 16),
        JSONMember(name: "items", value: items),
      ]
      return [pattern(address), list]
    case .time: return [[text("type", "integer")], pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}")]
    case .subject: return [pattern("^[^ ]+")]
    case .text(let rule): return [rule.pattern.map(pattern) ?? [text("type", "string")]]
    default: return [[text("type", "string")]]
    }
  }

  private static func text(_ name: String, _ value: String) -> JSONMember {
    JSONMember(name: name, value: JSONValue(.string(value)))
  }

  private static func number(_ name: String, _ value: Int64) -> JSONMember {
    JSONMember(name: name, value: JSONValue(.number(JSONNumber(value))))
  }

  private static func pattern(_ pattern: String) -> [JSONMember] {
    [text("type", "string"), text("pattern", pattern)]
  }
}
