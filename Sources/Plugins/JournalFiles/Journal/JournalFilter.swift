public import EngineCore

/// Where a reader begins.
public enum JournalStart: Equatable, Sendable {
  /// With the oldest event there is.
  case oldest
  /// With the first event that has this sequence or a later one.
  case sequence(UInt64)
  /// With the first recorded event that happened at this time or later; all recorded after it
  /// follow, late ones too.
  case time(Timestamp)
}

/// Which events a reader wants; blocks without any are not read.
public struct JournalFilter: Equatable, Sendable {
  /// Bit n: kind n, as in a block's header.
  var kinds: UInt16
  public let instrument: InstrumentID?
  /// Blocks without an event of these times are left out; of others everything is handed over.
  public let times: ClosedRange<Timestamp>?

  /// - Parameters:
  ///   - kinds: nil for all.
  ///   - instrument: nil for all; else events that name this one.
  ///   - times: nil for all.
  public init(
    kinds: Set<EventKind>? = nil, instrument: InstrumentID? = nil,
    times: ClosedRange<Timestamp>? = nil
  ) {
    self.kinds = kinds?.reduce(0) { $0 | 1 << UInt16($1.rawValue) } ?? .max
    self.instrument = instrument
    self.times = times
  }

  var isAll: Bool { kinds == .max && instrument == nil && times == nil }

  func mayMatch(_ facts: BlockFacts) -> Bool {
    guard facts.kinds & kinds != 0 else { return false }
    if let times {
      guard facts.maximumTime >= times.lowerBound.nanoseconds,
        facts.minimumTime <= times.upperBound.nanoseconds
      else { return false }
    }
    guard let instrument else { return true }
    return facts.instruments & 1 << UInt64(instrument.raw & 63) != 0
  }

  func matches(_ event: Event) -> Bool {
    let kind = event.kindCode > 15 ? 0 : event.kindCode
    guard kinds & 1 << UInt16(kind) != 0 else { return false }
    return instrument.map { $0 == event.instrument } ?? true
  }
}

/// Events that were in the log and cannot be had from the journal.
public struct JournalGap: Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// Older than what is kept.
    case pruned
    /// A damaged place in a file.
    case damaged(JournalFault)
    /// They were not recorded, or their file is gone.
    case missing
  }

  public var first: UInt64
  public var last: UInt64
  public var reason: Reason

  public init(first: UInt64, last: UInt64, reason: Reason) {
    self.first = first
    self.last = last
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .pruned: "events \(first) to \(last) are older than what is kept"
    case .damaged(let fault): "events \(first) to \(last) are lost: \(fault)"
    case .missing: "events \(first) to \(last) are not in the journal"
    }
  }
}

/// What a reader found next.
public enum JournalStep: Equatable, Sendable {
  /// There are events in `JournalReader.events`.
  case events
  /// Events are missing here; it goes on behind them.
  case gap(JournalGap)
  /// That is all there is now. While somebody writes, asking again later may give more.
  case end
}
