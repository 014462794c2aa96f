/// Which recorded ticks are wanted.
public struct TickQuery: Sendable, Equatable {
  /// Most ticks in one answer.
  public static let limitMax = 50_000

  /// None: any.
  public var instrument: InstrumentID
  /// Of trades and quotes, what is wanted.
  public var kinds: Set<EventKind>
  /// Ticks that happened at or after this time.
  public var from: Timestamp
  /// Ticks that happened before this time.
  public var to: Timestamp
  /// Ticks behind this position of the log: where the page before ended.
  public var after: UInt64
  /// At most so many, 1…`limitMax`.
  public var limit: Int
  /// The newest of the range instead of the oldest.
  public var isNewest: Bool

  public init(
    instrument: InstrumentID, kinds: Set<EventKind> = [.trade], from: Timestamp = .distantPast,
    to: Timestamp = .distantFuture, after: UInt64 = 0, limit: Int = 1000, isNewest: Bool = false
  ) {
    self.instrument = instrument
    self.kinds = kinds.intersection([.trade, .quote])
    self.from = from
    self.to = to
    self.after = after
    self.limit = min(max(limit, 1), Self.limitMax)
    self.isNewest = isNewest
  }

  /// The tick at one position.
  public init(instrument: InstrumentID, at position: UInt64) {
    self.init(
      instrument: instrument, kinds: [.trade, .quote], after: max(position, 1) - 1, limit: 1)
  }

  /// Whether an event is asked for; position and limit aside.
  public func matches(_ event: Event) -> Bool {
    guard let kind = EventKind(rawValue: event.kindCode), kinds.contains(kind),
      instrument == .none || event.instrument == instrument
    else { return false }
    return event.time >= from && event.time < to
  }
}

/// One page of recorded ticks.
public struct TickPage: Sendable {
  /// A trade or quote as it is to be understood by now.
  public struct Tick: Sendable {
    /// With its position in the log.
    public var event: Event
    /// Price or size are not those that it was recorded with.
    public var isCorrected: Bool

    public init(event: Event, isCorrected: Bool) {
      self.event = event
      self.isCorrected = isCorrected
    }
  }

  /// In the order of the log. Trades that were cancelled are left out.
  public var ticks: [Tick]
  /// The `after` of the next page; nil on the last.
  public var next: UInt64?
  /// The oldest position that is still recorded; what came before it is gone.
  public var recordedFrom: UInt64

  public init(ticks: [Tick], next: UInt64?, recordedFrom: UInt64) {
    self.ticks = ticks
    self.next = next
    self.recordedFrom = recordedFrom
  }
}
