/// Checks what the entries of a file say about each other.
struct ConfigurationBinding {
  let catalog: [PluginDescription]
  private(set) var faults: [ConfigurationFault] = []
  private(set) var warnings: [ConfigurationFault] = []

  init(catalog: [PluginDescription]) {
    self.catalog = catalog
  }

  /// Checks ports, lanes and subjects.
  /// - Parameter lanes: how many lanes the engine has; nil when its settings have faults.
  mutating func check(_ plugins: [PluginConfiguration], lanes: Int?) {
    let enabled = plugins.filter(\.isEnabled)
    checkAddresses(enabled)
    if let lanes { checkLanes(enabled, lanes) }
    checkSubjects(enabled)
  }

  /// Checks that each instrument is there once.
  mutating func check(
    _ instruments: [(settings: InstrumentConfiguration, object: ConfigurationObject)]
  ) {
    var seen: [String: ConfigurationPlace] = [:]
    for (settings, object) in instruments {
      guard let first = seen[settings.key] else {
        seen[settings.key] = object.place
        continue
      }
      faults.append(
        ConfigurationFault(
          place: object.place(of: "symbol"), path: object.path + ".symbol",
          expected: "each instrument once",
          found: "\(JSONValue(.string(settings.key)).summary) again, first given at \(first)"))
    }
  }

  private mutating func checkAddresses(_ plugins: [PluginConfiguration]) {
    var seen: [(address: ListenAddress, value: ConfigurationValue)] = []
    for value in plugins.flatMap({ leaves(of: $0.config) }) {
      for address in value.addresses ?? [] {
        if let first = seen.first(where: { $0.address.conflicts(with: address) }) {
          let isSecret = value.isSecret || first.value.isSecret
          faults.append(
            ConfigurationFault(
              place: value.place, path: value.path, expected: "an address of its own",
              found: isSecret
                ? "a secret value that \(first.value.path) listens on too"
                : "\"\(address)\", and \(first.value.path) listens on \"\(first.address)\""))
        }
        seen.append((address, value))
      }
    }
  }

  private mutating func checkLanes(_ plugins: [PluginConfiguration], _ lanes: Int) {
    var names: [String] = []
    for plugin in plugins {
      guard let lane = plugin.lane, !names.contains(lane) else { continue }
      names.append(lane)
      guard names.count > lanes else { continue }
      faults.append(
        ConfigurationFault(
          place: plugin.entry.place(of: "lane"), path: plugin.path + ".lane",
          expected: "no more lanes than engine.lanes (\(lanes))",
          found: "\"\(lane)\", which is number \(names.count)"))
    }
  }

  // MARK: Subjects

  /// Kinds that the engine itself publishes, whatever plugins run.
  private static let engineKinds: Set<EventKind> = [
    .watermark, .gap, .status, .definition, .time, .command,
  ]

  private mutating func checkSubjects(_ plugins: [PluginConfiguration]) {
    var produced = Self.engineKinds
    for plugin in plugins {
      produced.formUnion(kinds(description(plugin)?.produces ?? []))
    }
    for plugin in plugins {
      let consumed = named(description(plugin)?.consumes ?? [])
      for kind in consumed.subtracting(produced).map(\.name).sorted() {
        warn(plugin.place, plugin.path, kind)
      }
      for value in leaves(of: plugin.config) {
        guard case .subject(let text) = value.kind else { continue }
        for kind in named([text]).subtracting(produced) { warn(value.place, value.path, kind.name) }
      }
    }
  }

  private mutating func warn(_ place: ConfigurationPlace, _ path: String, _ kind: String) {
    let makers = catalog.filter { kinds($0.produces).contains { $0.name == kind } }
      .map(\.kind).sorted()
    warnings.append(
      ConfigurationFault(
        place: place, path: path,
        expected: "a plugin that publishes \(kind)"
          + (makers.isEmpty ? "" : " (\(makers.joined(separator: ", ")))"),
        found: "none in the file"))
  }

  private func description(_ plugin: PluginConfiguration) -> PluginDescription? {
    catalog.first { $0.kind == plugin.kind }
  }

  private func kinds(_ subjects: [String]) -> Set<EventKind> {
    subjects.reduce(into: []) { kinds, subject in
      kinds.formUnion((try? SubjectPattern(parsing: subject))?.kinds ?? [])
    }
  }

  /// Kinds that are asked for by name: who takes whatever comes misses none.
  private func named(_ subjects: [String]) -> Set<EventKind> {
    kinds(subjects.filter { !$0.hasPrefix("*") && !$0.hasPrefix(">") })
  }

  /// Every value without parts, in the order of the tables.
  private func leaves(of object: ConfigurationObject) -> [ConfigurationValue] {
    object.keys.flatMap { name in object[name].map { leaves(of: $0) } ?? [] }
  }

  private func leaves(of value: ConfigurationValue) -> [ConfigurationValue] {
    switch value.kind {
    case .object(let object): leaves(of: object)
    case .list(let list): list.flatMap { leaves(of: $0) }
    default: [value]
    }
  }
}
