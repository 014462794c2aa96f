/// What a reload would do: the difference between the configuration that runs and a new one.
public struct ConfigurationPlan: Sendable, Equatable {
  /// A plugin that is in both and differs.
  public struct PluginChange: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// What differs; paths start at its entry, such as `config.listen`.
    public let changes: [ConfigurationChange]

    /// Whether the running plugin has to be told or started anew; a log level, a restart policy and
    /// `enabled` are for the host alone.
    public var concernsPlugin: Bool {
      changes.contains { change in
        change.path != "log" && change.path != "enabled" && change.path != "restart"
          && !change.path.hasPrefix("restart.")
      }
    }
  }

  /// Names of plugins that only the new file has, in its order.
  public let added: [String]
  /// Names of plugins that only the old file has, in its order.
  public let removed: [String]
  /// Plugins that differ, in the order of the new file.
  public let changed: [PluginChange]
  /// Names of plugins that are the same, in the order of the new file.
  public let unchanged: [String]
  /// Engine keys that take effect at once.
  public let live: [ConfigurationChange]
  /// Engine keys, and instruments that changed or are gone, that need a new start of the process.
  public let processRestart: [ConfigurationChange]
  /// Instruments that only the new file has; they are registered at once.
  public let addedInstruments: [String]

  /// Compares the configuration that runs with a new one. Values count, not how they are written:
  /// `"1s"` equals `"1000ms"`, and a default written out is no change.
  public init(from old: EngineConfiguration, to new: EngineConfiguration) {
    added = new.plugins.map(\.name).filter { old.plugin(named: $0) == nil }
    removed = old.plugins.map(\.name).filter { new.plugin(named: $0) == nil }
    var changed: [PluginChange] = []
    var unchanged: [String] = []
    for plugin in new.plugins {
      guard let before = old.plugin(named: plugin.name) else { continue }
      let changes = ConfigurationPlan.changes(before, plugin)
      if changes.isEmpty {
        unchanged.append(plugin.name)
      } else {
        changed.append(PluginChange(name: plugin.name, changes: changes))
      }
    }
    self.changed = changed
    self.unchanged = unchanged
    let engine = ConfigurationChange.between(old.engineObject, new.engineObject, path: "engine")
    func isLive(_ change: ConfigurationChange) -> Bool {
      EngineSettings.livePaths.contains {
        change.path == $0 || change.path.hasPrefix($0 + ".")
      }
    }
    live = engine.filter(isLive)
    let before = ConfigurationPlan.table(old.instruments)
    let after = ConfigurationPlan.table(new.instruments)
    addedInstruments = new.instruments.map(\.key).filter { before[$0] == nil }
    let instruments = old.instruments.compactMap { instrument -> ConfigurationChange? in
      guard after[instrument.key] != instrument else { return nil }
      let path = ConfigurationPath.member("instruments", instrument.key)
      return ConfigurationChange(
        path: path, from: ConfigurationPlan.text(instrument),
        to: after[instrument.key].map(ConfigurationPlan.text))
    }
    processRestart = engine.filter { !isLive($0) } + instruments
  }

  /// Whether both configurations say the same.
  public var isEmpty: Bool {
    added.isEmpty && removed.isEmpty && changed.isEmpty && live.isEmpty
      && processRestart.isEmpty && addedInstruments.isEmpty
  }

  /// The plan for people, one line a change.
  public var text: String {
    if isEmpty { return "nothing changes\n" }
    var lines = live.map { "~ \($0.text), at once" }
    lines += processRestart.map { "! \($0.text), with the next start of the process" }
    lines += addedInstruments.map { "+ instrument \($0)" }
    lines += removed.map { "- plugin \($0)" }
    lines += added.map { "+ plugin \($0)" }
    for plugin in changed {
      lines += plugin.changes.map { "~ plugin \(plugin.name): \($0.text)" }
    }
    if !unchanged.isEmpty { lines.append("= unchanged: " + unchanged.joined(separator: ", ")) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes the plan as an object with the names of its properties in snake case.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      ConfigurationPlan.write("added", added, &writer)
      ConfigurationPlan.write("removed", removed, &writer)
      writer.array("changed") { writer in
        for plugin in changed {
          writer.object { writer in
            writer.member("name", plugin.name)
            ConfigurationPlan.write("changes", plugin.changes, &writer)
          }
        }
      }
      ConfigurationPlan.write("unchanged", unchanged, &writer)
      ConfigurationPlan.write("live", live, &writer)
      ConfigurationPlan.write("process_restart", processRestart, &writer)
      ConfigurationPlan.write("added_instruments", addedInstruments, &writer)
    }
  }

  private static func write(_ name: String, _ texts: [String], _ writer: inout JSONWriter) {
    writer.array(name) { writer in
      for text in texts { writer.value(text) }
    }
  }

  private static func write(
    _ name: String, _ changes: [ConfigurationChange], _ writer: inout JSONWriter
  ) {
    writer.array(name) { writer in
      for change in changes { change.write(to: &writer) }
    }
  }

  private static func changes(
    _ old: PluginConfiguration, _ new: PluginConfiguration
  ) -> [ConfigurationChange] {
    let entry = ConfigurationChange.between(old.entry, new.entry, path: "")
      .filter { $0.path != "config" }
    // Settings of another type say nothing about those of this one.
    guard old.kind == new.kind else { return entry }
    return entry + ConfigurationChange.between(old.config, new.config, path: "config")
  }

  private static func table(
    _ instruments: [InstrumentConfiguration]
  ) -> [String: InstrumentConfiguration] {
    Dictionary(instruments.map { ($0.key, $0) }) { first, _ in first }
  }

  private static func text(_ instrument: InstrumentConfiguration) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("symbol", instrument.symbol)
      if let venue = instrument.venue { writer.member("venue", venue) }
      if let name = instrument.name { writer.member("name", name) }
      writer.member("price_precision", instrument.pricePrecision)
      writer.member("size_precision", instrument.sizePrecision)
      if let increment = instrument.increment {
        writer.name("increment")
        writer.rawNumber(increment)
      }
      if let currency = instrument.currency { writer.member("currency", currency) }
      if let calendar = instrument.calendar { writer.member("calendar", calendar) }
    }
    return writer.text
  }
}
