/// Reads a configuration file: pure, all input is passed in, every fault is found in one go.
///
/// Decoding checks shape, types and ranges, after the overrides of the environment are applied;
/// binding then checks what entries say about each other: names, ports, lanes, subjects.
public struct ConfigurationLoader: Sendable {
  /// The kinds of plugins that a file may use.
  public let catalog: [PluginDescription]
  /// The environment, for `${NAME}` and for overrides (`ENGINE__…`).
  public let environment: [String: String]
  /// Reads a file for `${file:path}` and for instruments; nil when it can't be read.
  public let readFile: @Sendable (String) -> [UInt8]?

  /// Makes a loader.
  public init(
    catalog: [PluginDescription], environment: [String: String] = [:],
    readFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
  ) {
    self.catalog = catalog
    self.environment = environment
    self.readFile = readFile
  }

  /// Reads and checks a file.
  /// - Parameters:
  ///   - bytes: the text of the file; a byte order mark at its start is skipped.
  ///   - file: the name that faults show.
  /// - Throws: `ConfigurationError` with every fault.
  public func load(
    _ bytes: [UInt8], file: String
  ) throws(ConfigurationError) -> EngineConfiguration {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var document: JSONValue
    do throws(JSONError) {
      document = try JSONReader(depthMaximum: 64, sizeMaximum: 16 << 20).read(text)
    } catch {
      throw ConfigurationError(faults: [
        ConfigurationFault(
          place: .text(file: file, error.position), path: "", expected: error.expected,
          found: error.found)
      ])
    }
    var decoder = ConfigurationDecoder(file: file, environment: environment, readFile: readFile)
    var overrides = EnvironmentOverrides(catalog: catalog, environment: environment)
    overrides.apply(to: &document, decoder: &decoder)
    return try finish(document, &decoder)
  }

  private func finish(
    _ document: JSONValue, _ decoder: inout ConfigurationDecoder
  ) throws(ConfigurationError) -> EngineConfiguration {
    guard document.object != nil else {
      decoder.fault(
        document.position, ConfigurationSpot(), expected: "an object", found: document.summary)
      throw ConfigurationError(faults: decoder.faults)
    }
    var sections = SectionDecoder(decoder: decoder, catalog: catalog)
    let parts = sections.decode(document)
    var binding = ConfigurationBinding(catalog: catalog)
    binding.check(parts.plugins, lanes: parts.engine.map { $0.lanes ?? EngineSettings.usualLanes })
    binding.check(parts.instruments)
    let faults = sorted(sections.decoder.faults + binding.faults)
    let warnings = sorted(binding.warnings)
    guard faults.isEmpty, let engine = parts.engine, let engineObject = parts.engineObject else {
      throw ConfigurationError(faults: faults, warnings: warnings)
    }
    return EngineConfiguration(
      file: decoder.file, engine: engine, instruments: parts.instruments.map(\.settings),
      plugins: parts.plugins, warnings: warnings, engineObject: engineObject,
      instrumentsValue: parts.instrumentsValue)
  }

  private func sorted(_ faults: [ConfigurationFault]) -> [ConfigurationFault] {
    // Each file keeps its place in the order that files were met; `sorted` alone is not stable.
    var files: [String: Int] = [:]
    for case .text(let file, _) in faults.map(\.place) where files[file] == nil {
      files[file] = files.count
    }
    func rank(_ place: ConfigurationPlace) -> (Int, TextPosition) {
      switch place {
      case .text(let file, let position): (files[file] ?? 0, position)
      case .environment: (Int.max, .start)
      }
    }
    return faults.enumerated().sorted { left, right in
      let (first, second) = (rank(left.element.place), rank(right.element.place))
      return (first.0, first.1, left.offset) < (second.0, second.1, right.offset)
    }.map(\.element)
  }
}
