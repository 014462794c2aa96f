public import EngineCore
internal import TickFiles

/// What to replay, how fast, and what to do with damage.
public struct ReplaySettings: PluginSettings {
  /// What events are stamped with.
  enum Timestamps: String, CaseIterable, Sendable {
    case original
    case now
  }

  /// What happens when a row or a file cannot be read.
  enum OnError: String, CaseIterable, Sendable {
    case skip
    case fatal
  }

  var files: [FileSettings]
  var speed = ReplaySpeed.ratio(raw: 1_000_000_000)
  var loops = false
  var timestamps = Timestamps.original
  var onError = OnError.skip

  init(files: [FileSettings]) { self.files = files }

  public static let keys: [ConfigurationKey] = [
    .required(
      "files", .list(.oneOf([.path, .record(FileSettings.self)]), count: 1...1024),
      """
      Tick files, CSV, lines of JSON or DBN, merged in order of time. A path alone is enough for files \
      with the usual header; otherwise an object that says how to read it.
      """),
    .key(
      "speed", .oneOf([.decimal, .choice(["max"])]), default: 1,
      "How many times faster than recorded, 0.1 to 1000, or \"max\" for as fast as the bus takes."),
    .key("loop", .boolean, default: false, "Begin again when all files are at their end."),
    .key(
      "timestamps", .choice(of: Timestamps.self), default: "original",
      "Event times as recorded, or shifted so that the first row is now."),
    .key(
      "on_error", .choice(of: OnError.self), default: "skip",
      "A row that cannot be read is counted, reported and skipped, or stops the plugin."),
  ]

  public init(from object: inout ConfigurationObject) {
    var files: [FileSettings] = []
    for value in object.list("files") {
      if let path = value.string {
        files.append(FileSettings(path: path))
      } else if var nested = value.object {
        files.append(FileSettings(from: &nested))
        object.absorb(nested)
      }
    }
    self.files = files
    let text = object["speed"]?.decimalText ?? object.optionalString("speed") ?? ""
    if let speed = ReplaySpeed(text) {
      self.speed = speed
    } else {
      object.fault(at: "speed", expected: ReplaySpeed.expectation)
    }
    loops = object.boolean("loop")
    timestamps = object.choice("timestamps", as: Timestamps.self)
    onError = object.choice("on_error", as: OnError.self)
  }
}
