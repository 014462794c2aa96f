/// What the configuration needs to know of a kind of plugin: the entry of the catalog that files
/// are checked against.
public struct PluginDescription: Sendable {
  /// The type name in the file.
  public let kind: String
  /// One line for lists and docs.
  public let summary: String
  /// The keys of its `config` object.
  public let keys: [ConfigurationKey]
  /// Subjects or event kinds that it reads, such as `trade.>` or `trade`.
  public let consumes: [String]
  /// Subjects or event kinds that it publishes; `>` for any.
  public let produces: [String]
  /// Runs the initializer of the settings for the faults it finds.
  public let check: @Sendable (inout ConfigurationObject) -> Void

  /// Describes a kind by the settings it reads.
  public init<Settings: PluginSettings>(
    kind: String, summary: String, settings: Settings.Type, consumes: [String] = [],
    produces: [String] = []
  ) {
    self.init(
      kind: kind, summary: summary, keys: settings.keys, consumes: consumes, produces: produces
    ) { object in _ = Settings(from: &object) }
  }

  /// Describes a kind by a table of keys.
  public init(
    kind: String, summary: String, keys: [ConfigurationKey], consumes: [String] = [],
    produces: [String] = [],
    check: @escaping @Sendable (inout ConfigurationObject) -> Void = { _ in }
  ) {
    self.kind = kind
    self.summary = summary
    self.keys = keys
    self.consumes = consumes
    self.produces = produces
    self.check = check
  }

  /// What is wrong with the table itself: a default that its own type refuses, a name given twice
  /// or not in lower case with underscores. A test of each plugin expects none.
  public var tableFaults: [ConfigurationFault] {
    var decoder = ConfigurationDecoder(file: kind, environment: [:], readFile: { _ in nil })
    var spot = ConfigurationSpot()
    spot.path = "config"
    PluginDescription.checkTable(keys, &decoder, spot)
    return decoder.faults
  }

  private static func checkTable(
    _ keys: [ConfigurationKey], _ decoder: inout ConfigurationDecoder, _ spot: ConfigurationSpot
  ) {
    var names: Set<String> = []
    for key in keys {
      let inner = decoder.spot(under: spot, key.name, isSecret: false)
      let isSnakeCase = key.name.utf8.allSatisfy {
        $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
      if !names.insert(key.name).inserted || !isSnakeCase || key.name.isEmpty {
        decoder.fault(
          .start, inner, expected: "a name of its own in lower case with underscores",
          found: JSONValue(.string(key.name)).summary)
      }
      if let standard = key.defaultJSON {
        _ = decoder.decode(standard, as: key.type, at: inner)
      }
      switch key.type {
      case .object(let nested), .list(.object(let nested), _), .map(.object(let nested)):
        checkTable(nested, &decoder, inner)
      default: break
      }
    }
  }
}
