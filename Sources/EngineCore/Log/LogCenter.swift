internal import Synchronization

/// Takes all log lines of the process: keeps the newest, hands them to the writer and to followers.
public final class LogCenter: Sendable {
  private struct State {
    var history: [LogRecord] = []
    var oldest = 0
    var written: UInt64 = 0
    var defaultLevel: LogLevel
    var levels: [String: LogLevel] = [:]
    var followers: [UInt64: AsyncStream<LogRecord>.Continuation] = [:]
    var nextFollower: UInt64 = 0
  }

  private let state: Mutex<State>
  private let clock: any EngineClock
  private let historyMax: Int
  private let writer: @Sendable (LogRecord) -> Void
  /// Followers at one time at most.
  public static let followersMax = 64

  /// - Parameters:
  ///   - historyMax: lines kept for people who look later.
  ///   - writer: writes one line, on whatever thread logged it.
  public init(
    level: LogLevel = .info, historyMax: Int = 2000, clock: any EngineClock = SystemClock(),
    writer: @escaping @Sendable (LogRecord) -> Void = { _ in }
  ) {
    state = Mutex(State(defaultLevel: level))
    self.historyMax = max(historyMax, 1)
    self.clock = clock
    self.writer = writer
  }

  /// A handle that logs under a name.
  public func log(_ origin: String) -> Log { Log(center: self, origin: origin) }

  /// The level from which lines of this origin are taken.
  public func level(of origin: String) -> LogLevel {
    state.withLock { $0.levels[origin] ?? $0.defaultLevel }
  }

  /// Sets the level of one origin, or of all that have none of their own; nil takes the origin's
  /// own level away.
  public func setLevel(_ level: LogLevel?, of origin: String? = nil) {
    state.withLock { state in
      if let origin {
        state.levels[origin] = level
      } else if let level {
        state.defaultLevel = level
      }
    }
  }

  func write(_ level: LogLevel, _ origin: String, _ message: String, _ fields: [LogField]) {
    let record: LogRecord? = state.withLock { state in
      guard level >= state.levels[origin] ?? state.defaultLevel else { return nil }
      state.written += 1
      let record = LogRecord(
        number: state.written, time: clock.now(), level: level, origin: origin, message: message,
        fields: fields)
      if state.history.count < historyMax {
        state.history.append(record)
      } else {
        state.history[state.oldest] = record
        state.oldest = (state.oldest + 1) % historyMax
      }
      for follower in state.followers.values { follower.yield(record) }
      return record
    }
    if let record { writer(record) }
  }

  /// The newest lines, oldest first.
  public func history(last count: Int, matching: (LogRecord) -> Bool = { _ in true }) -> [LogRecord]
  {
    let all = state.withLock { state in
      Array(state.history[state.oldest...] + state.history[..<state.oldest])
    }
    return Array(all.filter(matching).suffix(count))
  }

  /// Lines as they come. A follower that is slower than 1,024 lines misses some, which it can see
  /// from their numbers. Nil when there are too many followers.
  public func follow() -> AsyncStream<LogRecord>? {
    let (stream, continuation) = AsyncStream.makeStream(
      of: LogRecord.self, bufferingPolicy: .bufferingNewest(1024))
    let id: UInt64? = state.withLock { state in
      guard state.followers.count < Self.followersMax else { return nil }
      state.nextFollower += 1
      state.followers[state.nextFollower] = continuation
      return state.nextFollower
    }
    guard let id else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { state in state.followers[id] = nil }
    }
    return stream
  }
}

/// Logs under one name: a plugin's, or `engine`.
public struct Log: Sendable {
  let center: LogCenter
  public let origin: String

  public func trace(_ message: String, _ fields: LogField...) {
    center.write(.trace, origin, message, fields)
  }
  public func debug(_ message: String, _ fields: LogField...) {
    center.write(.debug, origin, message, fields)
  }
  public func info(_ message: String, _ fields: LogField...) {
    center.write(.info, origin, message, fields)
  }
  public func warning(_ message: String, _ fields: LogField...) {
    center.write(.warning, origin, message, fields)
  }
  public func error(_ message: String, _ fields: LogField...) {
    center.write(.error, origin, message, fields)
  }
}
