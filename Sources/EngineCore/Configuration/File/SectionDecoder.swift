/// Decodes the sections of a file one by one, so that a fault in one does not hide those of
/// another.
struct SectionDecoder {
  /// What came out; sections with faults are missing.
  struct Parts {
    var engine: EngineSettings?
    var engineObject: ConfigurationObject?
    var instruments: [(settings: InstrumentConfiguration, object: ConfigurationObject)] = []
    var instrumentsValue: ConfigurationValue?
    var plugins: [PluginConfiguration] = []
  }

  var decoder: ConfigurationDecoder
  let catalog: [PluginDescription]

  mutating func decode(_ document: JSONValue) -> Parts {
    var parts = Parts()
    let top = ConfigurationSpot()
    // The engine's values are wanted for the plugins, wherever in the file they stand.
    let members = document.object ?? []
    let engine = members.first { $0.name == "engine" }?.value ?? made(.object([]), document)
    decodeEngine(engine, into: &parts)
    if let value = members.first(where: { $0.name == "instruments" })?.value {
      decodeInstruments(value, into: &parts)
    }
    if let value = members.first(where: { $0.name == "plugins" })?.value {
      decodePlugins(value, into: &parts)
    }
    // Unknown and repeated keys of the top: sections were decoded above, here their names count.
    let names: [ConfigurationKey] = ConfigurationFile.keys.map { key in
      key.name == "$schema" ? key : .optional(key.name, .json, key.documentation)
    }
    _ = decoder.decodeObject(document, names, at: top)
    return parts
  }

  private func made(_ kind: JSONValue.Kind, _ near: JSONValue) -> JSONValue {
    JSONValue(kind, position: near.position)
  }

  private mutating func decodeEngine(_ value: JSONValue, into parts: inout Parts) {
    let spot = decoder.spot(under: ConfigurationSpot(), "engine", isSecret: false)
    guard var object = decoder.decodeObject(value, EngineSettings.keys, at: spot) else { return }
    parts.engine = EngineSettings(from: &object)
    for fault in object.faults { decoder.add(fault) }
    parts.engineObject = object
  }

  // MARK: Plugins

  private mutating func decodePlugins(_ value: JSONValue, into parts: inout Parts) {
    let spot = decoder.spot(under: ConfigurationSpot(), "plugins", isSecret: false)
    let list = ConfigurationType.list(.json, count: 0...1024)
    guard let entries = decoder.decode(value, as: list, at: spot)?.list else { return }
    checkNames(entries)
    for entry in entries {
      guard let json = entry.json, let plugin = decodePlugin(json, entry.path, parts.engine)
      else { continue }
      parts.plugins.append(plugin)
    }
  }

  /// Names are compared before entries are decoded, so that other faults do not hide a repeated
  /// one.
  private mutating func checkNames(_ entries: [ConfigurationValue]) {
    var seen: [String: String] = [:]
    for entry in entries {
      guard let value = entry.json?["name"], let name = value.string else { continue }
      guard let first = seen[name] else {
        seen[name] = entry.path
        continue
      }
      var spot = ConfigurationSpot()
      spot.path = entry.path
      spot.variable = decoder.overrides[entry.path]
      decoder.fault(
        value.position, decoder.spot(under: spot, "name", isSecret: false),
        expected: "a name of its own", found: "\(value.summary), the name of \(first)")
    }
  }

  private mutating func decodePlugin(
    _ value: JSONValue, _ path: String, _ engine: EngineSettings?
  ) -> PluginConfiguration? {
    var spot = ConfigurationSpot()
    spot.path = path
    spot.variable = decoder.overrides[path]
    let description = value["type"]?.string.flatMap { kind in
      catalog.first { $0.kind == kind }
    }
    checkType(value, spot, description)
    let entry = decodeEntry(value, spot, description)
    guard let description else { return nil }
    let config = decodeConfig(value, spot, description)
    guard var entry, let config, let name = entry.optionalString("name") else { return nil }
    var restart = engine?.restart
    if let engine {
      restart =
        entry.contains("restart")
        ? entry.object("restart") { RestartSettings(from: &$0, inheriting: engine.restart) }
        : engine.restart
    }
    for fault in entry.faults { decoder.add(fault) }
    // Without valid engine settings there are faults already, and nothing will be built from this.
    guard let restart = restart ?? SectionDecoder.standardRestart else { return nil }
    return PluginConfiguration(
      name: name, kind: description.kind, isEnabled: entry.boolean("enabled"),
      lane: entry.optionalString("lane"),
      logLevel: entry.optionalChoice("log", as: LogLevel.self), restart: restart, config: config,
      place: entry.place, path: path, entry: entry)
  }

  private static var standardRestart: RestartSettings? {
    var decoder = ConfigurationDecoder(file: "", environment: [:], readFile: { _ in nil })
    return decoder.decodeObject(
      JSONValue(.object([])), RestartSettings.keys, at: ConfigurationSpot()
    ).map { object in
      var object = object
      return RestartSettings(from: &object)
    }
  }

  /// A key of the plugin's settings that stands beside `config` instead of in it gets that said.
  private mutating func decodeEntry(
    _ value: JSONValue, _ spot: ConfigurationSpot, _ description: PluginDescription?
  ) -> ConfigurationObject? {
    let known = Set(PluginConfiguration.keys.map(\.name))
    let misplaced = Set((description?.keys ?? []).map(\.name)).subtracting(known)
    guard case .object(let members) = value.kind,
      members.contains(where: { misplaced.contains($0.name) })
    else { return decoder.decodeObject(value, PluginConfiguration.keys, at: spot) }
    for member in members where misplaced.contains(member.name) {
      decoder.fault(
        member.namePosition, decoder.spot(under: spot, member.name, isSecret: false),
        expected: "a known key", found: JSONValue(.string(member.name)).summary,
        suggestion: "\"config.\(member.name)\"")
    }
    let rest = members.filter { !misplaced.contains($0.name) }
    _ = decoder.decodeObject(
      JSONValue(.object(rest), position: value.position), PluginConfiguration.keys, at: spot)
    return nil
  }

  private mutating func checkType(
    _ value: JSONValue, _ spot: ConfigurationSpot, _ description: PluginDescription?
  ) {
    guard description == nil, let type = value["type"], let kind = type.string else { return }
    let kinds = catalog.map(\.kind)
    let near = Spelling.nearest(to: kind, in: kinds)
    decoder.fault(
      type.position, decoder.spot(under: spot, "type", isSecret: false),
      expected: near == nil
        ? "a kind of plugin: " + kinds.sorted().joined(separator: ", ") : "a kind of plugin",
      found: type.summary, suggestion: near.map { "\"\($0)\"" })
  }

  private mutating func decodeConfig(
    _ entry: JSONValue, _ spot: ConfigurationSpot, _ description: PluginDescription
  ) -> ConfigurationObject? {
    let spot = decoder.spot(under: spot, "config", isSecret: false)
    let value = entry["config"] ?? made(.object([]), entry)
    guard let object = decoder.decodeObject(value, description.keys, at: spot) else { return nil }
    var checked = object
    description.check(&checked)
    for fault in checked.faults { decoder.add(fault) }
    return checked.faults.isEmpty ? object : nil
  }

  // MARK: Instruments

  private mutating func decodeInstruments(_ value: JSONValue, into parts: inout Parts) {
    let spot = decoder.spot(under: ConfigurationSpot(), "instruments", isSecret: false)
    if value.array != nil {
      let rows = decodeRows(value, spot, into: &parts)
      parts.instrumentsValue = decoder.make(.list(rows), value, spot)
      return
    }
    guard let decoded = decoder.decode(value, as: ConfigurationFile.instruments, at: spot) else {
      return
    }
    parts.instrumentsValue = decoded
    if let path = decoded.string ?? decoded.object?.optionalString("file") {
      readInstruments(path, decoded, spot, into: &parts)
    }
  }

  /// Decodes instruments one by one, so that a fault in one does not hide those of another.
  private mutating func decodeRows(
    _ value: JSONValue, _ spot: ConfigurationSpot, into parts: inout Parts
  ) -> [ConfigurationValue] {
    let list = ConfigurationType.list(.json, count: 0...1_000_000)
    let record = ConfigurationType.record(InstrumentConfiguration.self)
    var rows: [ConfigurationValue] = []
    for row in decoder.decode(value, as: list, at: spot)?.list ?? [] {
      guard let json = row.json else { continue }
      var inner = spot
      inner.path = row.path
      inner.variable = decoder.overrides[row.path] ?? spot.variable
      guard let decoded = decoder.decode(json, as: record, at: inner),
        var object = decoded.object
      else { continue }
      parts.instruments.append((InstrumentConfiguration(from: &object), object))
      for fault in object.faults { decoder.add(fault) }
      rows.append(decoded)
    }
    return rows
  }

  private mutating func readInstruments(
    _ path: String, _ value: ConfigurationValue, _ spot: ConfigurationSpot, into parts: inout Parts
  ) {
    guard let bytes = decoder.readFile(path) else {
      decoder.add(
        ConfigurationFault(
          place: value.place, path: spot.path, expected: "a file that can be read",
          found: value.isSecret
            ? "none of that name" : "none at \(JSONValue(.string(path)).summary)"))
      return
    }
    // Faults inside the file name that file; its values are not overridden.
    let outer = decoder.file
    decoder.file = path
    defer { decoder.file = outer }
    let rows: JSONValue
    do throws(JSONError) {
      rows =
        path.lowercased().hasSuffix(".json")
        ? try JSONReader(depthMaximum: 64).read(bytes) : try InstrumentTable.read(bytes)
    } catch {
      decoder.add(
        ConfigurationFault(
          place: .text(file: path, error.position), path: "", expected: error.expected,
          found: error.found))
      return
    }
    var inner = ConfigurationSpot()
    inner.path = spot.path
    _ = decodeRows(rows, inner, into: &parts)
  }
}
