/// What a plugin type is, for the start order, the checks, the docs and `enginectl`.
public struct PluginManifest: Sendable {
  /// Type name in `plugins.json`: lower case, with dashes.
  public var kind: String
  /// One line for people.
  public var summary: String
  public var consumes: Set<EventKind>
  /// What it reads beside that where somebody publishes it: it starts before them.
  public var welcomes: Set<EventKind>
  public var produces: Set<EventKind>
  /// True when `produce` does something: sources start last and stop first.
  public var isSource: Bool
  /// True when `makeLoop` returns a loop: the plugin has a lane of its own.
  public var bringsLoop: Bool
  /// True when `batchEnded` does something.
  public var endsBatches: Bool
  /// True when people and programs outside see what it reads: it stays behind the kept log.
  public var isFrontend: Bool
  /// True when what it publishes depends on the log alone, and when it does nothing else: such a
  /// plugin can be run again over what was recorded, and has to come to the same.
  public var isRepeatable: Bool
  /// The commands that `handle` takes.
  public var commands: [PluginCommandDescription]

  public init(
    kind: String, summary: String, consumes: Set<EventKind> = [],
    welcomes: Set<EventKind> = [], produces: Set<EventKind> = [],
    isSource: Bool = false, bringsLoop: Bool = false, endsBatches: Bool = false,
    isFrontend: Bool = false, isRepeatable: Bool = false, commands: [PluginCommandDescription] = []
  ) {
    self.kind = kind
    self.summary = summary
    self.consumes = consumes
    self.welcomes = welcomes
    self.produces = produces
    self.isSource = isSource
    self.bringsLoop = bringsLoop
    self.endsBatches = endsBatches
    self.isFrontend = isFrontend
    self.isRepeatable = isRepeatable
    self.commands = commands
  }
}

/// A command that a plugin takes while it runs.
public struct PluginCommandDescription: Sendable {
  public var name: String
  /// One line for people, with the arguments.
  public var summary: String

  public init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }
}
