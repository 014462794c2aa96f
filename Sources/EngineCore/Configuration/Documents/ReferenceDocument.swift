/// The Markdown reference of every key.
public enum ReferenceDocument {
  /// The text of `docs/configuration.md`, which ends with a line feed.
  public static func text(catalog: [PluginDescription]) -> String {
    var text = """
      # Configuration

      <!-- Printed by `engined docs`; edit the tables of keys in the sources instead. -->

      One JSON file says what runs. It is checked as a whole before anything starts, and every fault
      is reported with its line, its column and its path. Keys are written in lower case with
      underscores. Unknown and repeated keys are faults.

      ## Values

      - **duration**: digits and units, the larger first, such as `250ms`, `1.5s`, `1h30m`; units are
        `d h m s ms us ns`. A unit is always needed.
      - **size**: digits and a unit, such as `64KiB`, `4MB`; `KiB MiB GiB TiB` are powers of 1024,
        `KB MB GB TB` powers of 1000, `B` is a byte. A unit is always needed.
      - **host:port**: `127.0.0.1:8000`, `[::1]:8000`, `localhost:8000`, `*:8000` for every address.
        Port 0 lets the system choose. One, or a list of them.
      - **decimal**: an exact decimal number, as a number or as a string with one.
      - **time**: `2026-01-31T09:30:00.5Z`, with an offset in place of `Z`, a date alone for its
        midnight in UTC, or integer nanoseconds since 1970.
      - **subject**: `kind.key`, such as `trade.EURUSD`, `bar.*.1m`, `alert.>`.

      ## Environment

      - `${NAME}` in a string is replaced by a variable of the environment, `${file:path}` by the text
        of a file without its last line ends. `$${` is a plain `${`. A variable that is not set is a
        fault. A value that comes so is a secret: what prints the configuration shows the reference.
      - A string that is one reference and nothing else may stand for a number or a truth value too.
      - `ENGINE__` and the path, with `__` between its steps, overrides a key:
        `ENGINE__engine__ring=65536`, `ENGINE__plugins__sim__config__interval=250ms`. Plugins go by
        name (`-` may be written `_`), elements of lists by index.
      - The value of an override is JSON where it parses as JSON of a kind that the key takes, and
        otherwise a string. A path that no key has is a fault.

      ## File


      """
    text += table(ConfigurationFile.keys)
    text += "\n## `engine`\n\n" + table(EngineSettings.keys)
    text += "\n## `instruments`\n\nA list of objects, the path of a CSV or JSON file, or an object "
    text += "with `file`.\nColumns of a CSV file have the names of the keys.\n\n"
    text += table(InstrumentConfiguration.keys)
    text += "\n## `plugins`\n\nA list of objects; each is one plugin.\n\n"
    text += table(PluginConfiguration.keys)
    for plugin in catalog {
      text += "\n## Type `\(plugin.kind)`\n\n\(plugin.summary)\n\n"
      if !plugin.consumes.isEmpty { text += "Reads: \(codes(plugin.consumes)).\n\n" }
      if !plugin.produces.isEmpty { text += "Publishes: \(codes(plugin.produces)).\n\n" }
      text += plugin.keys.isEmpty ? "No keys.\n" : table(plugin.keys)
    }
    return text
  }

  private static func codes(_ words: [String]) -> String {
    words.map { "`\($0)`" }.joined(separator: ", ")
  }

  private static func table(_ keys: [ConfigurationKey]) -> String {
    rows(keys, prefix: "").reduce(
      "| key | type | default | range | meaning |\n|---|---|---|---|---|\n"
    ) { $0 + $1 + "\n" }
  }

  private static func rows(_ keys: [ConfigurationKey], prefix: String) -> [String] {
    keys.flatMap { key -> [String] in
      let name = prefix + key.name
      let standard = key.isRequired ? "required" : key.defaultValue.map { "`\($0)`" } ?? "none"
      let meaning = key.documentation + (key.isSecret ? " Secret: never printed." : "")
      let cells = ["`\(name)`", key.type.title, standard, key.type.rangeText, meaning]
      let row = "| " + cells.map(escaped).joined(separator: " | ") + " |"
      return [row] + nested(key.type, under: name)
    }
  }

  /// The keys of objects inside a type follow it, unless the type has a section of its own.
  private static func nested(_ type: ConfigurationType, under name: String) -> [String] {
    switch type {
    case .object(let keys):
      name == "engine" ? [] : rows(keys, prefix: name + ".")
    case .list(.object(let keys), _): rows(keys, prefix: name + "[].")
    case .map(.object(let keys)): rows(keys, prefix: name + ".*.")
    case .oneOf(let types):
      name == "instruments" ? [] : types.flatMap { nested($0, under: name) }
    default: []
    }
  }

  private static func escaped(_ cell: String) -> String {
    cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
