/// A unit of work on the bus: reads batches of events, may publish others.
///
/// The host owns its life. `init` checks what the settings alone cannot tell and does no I/O;
/// `start` opens what can be retried; `receive`, `produce`, `timer`, `handle` and `inbox` do the
/// work; `stop` has flushed when it returns. All calls come on the plugin's lane, never two at a
/// time, so a plugin needs no lock. A call that throws, or that takes longer than `call_limit`,
/// costs this plugin alone: the host stops it and starts it again as its restart policy says.
public protocol Plugin: AnyObject, SendableMetatype {
  associatedtype Settings: PluginSettings
  /// What it is, consumes and produces.
  static var manifest: PluginManifest { get }

  /// A thread of the plugin's own kind for its lane, such as an event loop; nil for the usual one.
  /// `context.loop` is what this returned.
  static func makeLoop(name: String) -> (any LaneLoop)?

  init(settings: Settings, context: PluginContext) throws

  /// What it reads; nil for a plugin that reads nothing. Asked once, after `start`.
  var subscription: SubscriptionRequest? { get }

  /// Opens files and sockets. Nothing may be published before it has returned.
  func start() throws

  /// Handles events that match the subscription, in order of their sequence. The span is valid
  /// only during the call. Gaps come as events of kind `gap`.
  func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws

  /// Everything that a delivery brought was handed over, in one or several calls of `receive`, and
  /// nobody who stays behind this reader may see it yet. Called only when the manifest says so.
  func batchEnded(publishing output: inout EventSink) throws

  /// Whether `receive` may be called now. A reader that says no holds the ring if it is lossless.
  var canReceive: Bool { get }

  /// Publishes what a source has to say, at most `output.room` events, and says when to ask again.
  func produce(publishing output: inout EventSink) throws -> Next

  /// A timer set with `context.timers` is due.
  func timer(_ timer: TimerID, publishing output: inout EventSink) throws

  /// A command from a person or another program, such as `seek`. Returns the answer, a JSON value.
  func handle(_ command: PluginCommand, publishing output: inout EventSink) throws -> JSONValue

  /// Something arrived through `context.inbox`.
  func inbox(_ message: any Sendable, publishing output: inout EventSink) throws

  /// New settings while it runs. False: restart it instead.
  func reconfigure(_ settings: Settings) throws -> Bool

  /// Paused or resumed by a person: `produce` and `receive` are not called in between.
  func paused(_ isPaused: Bool)

  /// After each turn of a plugin that brings a loop: when to write out what the turn gathered.
  func turnEnded(_ end: TurnEnd) throws

  /// Before `stop`, turn after turn until it returns true or the time for stopping is over: lets a
  /// plugin finish what takes longer than a call, such as telling its clients.
  func drain() throws -> Bool

  /// Flushes and closes. Comes also after a failed `start`. May publish last events.
  func stop(publishing output: inout EventSink)
}

extension Plugin {
  public static func makeLoop(name: String) -> (any LaneLoop)? { nil }
  public var canReceive: Bool { true }
  public func batchEnded(publishing output: inout EventSink) throws {}
  public func turnEnded(_ end: TurnEnd) throws {}
  public func drain() throws -> Bool { true }
  public var subscription: SubscriptionRequest? { nil }
  public func start() throws {}
  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {}
  public func produce(publishing output: inout EventSink) throws -> Next { .idle }
  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {}
  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    throw PluginError(
      "\(Self.manifest.kind) has no command \"\(command.name)\"",
      hint: Self.manifest.commands.isEmpty
        ? "it takes no commands"
        : "it takes: \(Self.manifest.commands.map(\.name).joined(separator: ", "))")
  }
  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {}
  public func reconfigure(_ settings: Settings) throws -> Bool { false }
  public func paused(_ isPaused: Bool) {}
  public func stop(publishing output: inout EventSink) {}
}

/// When a source wants to be asked again.
public enum Next: Sendable, Equatable {
  /// As soon as there is room.
  case now
  /// At that time of the engine's clock.
  case at(Timestamp)
  /// Not before something else happens: a command, a message, a timer.
  case idle
  /// In every turn of its lane, whatever the turn is for.
  case everyTurn
}

/// How things stand after a turn.
public struct TurnEnd: Sendable {
  /// There are more events to be received.
  public var hasNews: Bool
  /// Something that the plugin published waits for room on the bus.
  public var isHolding: Bool
  /// The sequence of the last event of the plugin's own that is on the bus; 0 for none.
  public var lastSequence: UInt64
}

/// A timer's name within its plugin, chosen by the plugin.
public struct TimerID: Hashable, Sendable {
  public var raw: Int
  public init(_ raw: Int) { self.raw = raw }
}

/// A command to one plugin.
public struct PluginCommand: Sendable {
  public var name: String
  /// An object, or null.
  public var arguments: JSONValue
  /// Where in the log it stands; 0 when it is carried out at once.
  public var position: UInt64
  /// When it was given, as the log has it; `distantPast` when it is carried out at once.
  public var time: Timestamp

  public init(
    name: String, arguments: JSONValue, position: UInt64 = 0, time: Timestamp = .distantPast
  ) {
    self.name = name
    self.arguments = arguments
    self.position = position
    self.time = time
  }
}

/// Why a plugin could not do something, for people: what happened, and the next step.
public struct PluginError: Error, Sendable, CustomStringConvertible {
  public var message: String
  public var hint: String?

  public init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }

  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
