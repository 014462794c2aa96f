/// What a status is about.
@frozen
public enum StatusScope: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case instrument = 0
  case source = 1
  case plugin = 2
}

/// The states of instruments, sources and plugins, numbered in one list.
@frozen
public enum StatusCode: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case stopped = 1
  case starting = 2
  case running = 3
  case paused = 4
  case stopping = 5
  case backoff = 6
  case failed = 7
  case up = 16
  case down = 17
  case stale = 18
  case failover = 19
  case stalled = 20
  case completed = 21
  case open = 32
  case closed = 33
  case halted = 34
}

/// A change of state of an instrument, a source or a plugin.
@frozen
public struct Status: BitwiseCopyable, Sendable {
  public var scope: StatusScope
  /// Set when the scope is an instrument.
  public var instrument: InstrumentID
  /// The source; of a plugin, the source it publishes under.
  public var source: SourceID
  public var code: StatusCode
  /// The state before, when it is known.
  public var previous: StatusCode?
  /// The name of the source or plugin.
  public var subject: TextID
  /// Why, in words.
  public var reason: TextID
  public var time: Timestamp
  /// Of a plugin that runs: the last position of the log when it was started. Of one that has
  /// stopped: through which position it had read. It makes a recorded run repeatable; elsewhere 0.
  public var position: UInt64

  @inlinable
  public init(
    scope: StatusScope, code: StatusCode, previous: StatusCode? = nil, subject: TextID = .none,
    reason: TextID = .none, instrument: InstrumentID = .none, source: SourceID = .none,
    time: Timestamp, position: UInt64 = 0
  ) {
    self.scope = scope
    self.instrument = instrument
    self.source = source
    self.code = code
    self.previous = previous
    self.subject = subject
    self.reason = reason
    self.time = time
    self.position = position
  }
}

extension Event {
  @inlinable public init(_ status: Status) {
    self.init(kind: .status, scope: status.source.raw, instrument: status.instrument)
    w2 = UInt64(bitPattern: status.time.nanoseconds)
    w3 = UInt64(status.subject.raw) | UInt64(status.reason.raw) << 32
    w4 =
      UInt64(status.scope.rawValue) | UInt64(status.code.rawValue) << 8
      | UInt64(status.previous?.rawValue ?? 0) << 16
    w5 = status.position
  }

  /// The payload of a `status`; meaningless for other kinds.
  @inlinable public var status: Status {
    Status(
      scope: StatusScope(rawValue: UInt8(truncatingIfNeeded: w4)) ?? .plugin,
      code: StatusCode(rawValue: UInt8(truncatingIfNeeded: w4 >> 8)) ?? .failed,
      previous: StatusCode(rawValue: UInt8(truncatingIfNeeded: w4 >> 16)),
      subject: TextID(UInt32(truncatingIfNeeded: w3)),
      reason: TextID(UInt32(truncatingIfNeeded: w3 >> 32)), instrument: instrument,
      source: source, time: Timestamp(nanoseconds: Int64(bitPattern: w2)),
      position: w5)
  }
}
