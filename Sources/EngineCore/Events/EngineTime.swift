/// A clock tick in the log: timers that are due up to `time` fire when a reader passes it, so that
/// a recorded run repeats.
@frozen
public struct EngineTime: BitwiseCopyable, Sendable {
  public var time: Timestamp
  @inlinable public init(_ time: Timestamp) { self.time = time }
}

/// A command to a plugin, recorded so that a run repeats. Both are texts: the plugin's name, and
/// the command with its arguments as JSON.
@frozen
public struct CommandRecord: BitwiseCopyable, Sendable {
  public var plugin: TextID
  public var command: TextID
  public var time: Timestamp
  /// Tells commands of one run apart.
  public var token: UInt64

  @inlinable
  public init(plugin: TextID, command: TextID, time: Timestamp, token: UInt64 = 0) {
    self.plugin = plugin
    self.command = command
    self.time = time
    self.token = token
  }
}

extension Event {
  @inlinable public init(_ time: EngineTime) {
    self.init(kind: .time, scope: 0, instrument: .none)
    w2 = UInt64(bitPattern: time.time.nanoseconds)
  }

  /// The payload of a `time`; meaningless for other kinds.
  @inlinable public var engineTime: EngineTime {
    EngineTime(Timestamp(nanoseconds: Int64(bitPattern: w2)))
  }

  @inlinable public init(_ command: CommandRecord) {
    self.init(kind: .command, scope: 0, instrument: .none)
    w2 = UInt64(bitPattern: command.time.nanoseconds)
    w3 = UInt64(command.plugin.raw) | UInt64(command.command.raw) << 32
    w4 = command.token
  }

  /// The payload of a `command`; meaningless for other kinds.
  @inlinable public var command: CommandRecord {
    CommandRecord(
      plugin: TextID(UInt32(truncatingIfNeeded: w3)),
      command: TextID(UInt32(truncatingIfNeeded: w3 >> 32)),
      time: Timestamp(nanoseconds: Int64(bitPattern: w2)), token: w4)
  }
}

extension Event {
  /// When it happened: event time of trades, quotes, alerts; end of bars and watermarks; the time
  /// of status, gap, time and command; zero for definitions.
  @inlinable public var time: Timestamp {
    switch kind {
    case .trade, .quote: Timestamp(nanoseconds: Int64(bitPattern: w4))
    case .bar: Timestamp(nanoseconds: Int64(bitPattern: w4))
    case .alert: Timestamp(nanoseconds: Int64(bitPattern: w6))
    case .correction, .watermark: Timestamp(nanoseconds: Int64(bitPattern: w3))
    case .gap: Timestamp(nanoseconds: Int64(bitPattern: w5))
    case .status, .time, .command: Timestamp(nanoseconds: Int64(bitPattern: w2))
    case .definition: .zero
    }
  }
}
