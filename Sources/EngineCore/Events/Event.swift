/// What an event is about; its number is part of the recorded format and never changes.
@frozen
public enum EventKind: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case trade = 1
  case quote = 2
  case bar = 3
  case alert = 4
  case correction = 5
  case watermark = 6
  case gap = 7
  case status = 8
  case definition = 9
  case time = 10
  case command = 11

  /// The name in subjects: `trade`, `quote`, ….
  public var name: String {
    // Not its description: that is looked up in what the compiler left of the source.
    switch self {
    case .trade: "trade"
    case .quote: "quote"
    case .bar: "bar"
    case .alert: "alert"
    case .correction: "correction"
    case .watermark: "watermark"
    case .gap: "gap"
    case .status: "status"
    case .definition: "definition"
    case .time: "time"
    case .command: "command"
    }
  }

  public init?(name: some StringProtocol) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

/// One slot of the bus: 128 bytes, of which trades, quotes and corrections use the first 64.
///
/// The first two words are common to all kinds, the other fourteen belong to the payload type
/// (`Trade`, `Quote`, `Bar`, …), which reads and writes them by name. Word 1 is, from the low
/// end: kind (8 bits), flags (8), scope (16: the source, for a bar its spec), instrument (32).
@frozen
public struct Event: BitwiseCopyable, Sendable {
  /// Engine-wide position, from 1, without holes. Zero until the bus has accepted the event, and
  /// for gaps, which are told to one reader and are not part of the log.
  public var sequence: UInt64
  @usableFromInline var head: UInt64
  @usableFromInline var w2: UInt64 = 0
  @usableFromInline var w3: UInt64 = 0
  @usableFromInline var w4: UInt64 = 0
  @usableFromInline var w5: UInt64 = 0
  @usableFromInline var w6: UInt64 = 0
  @usableFromInline var w7: UInt64 = 0
  @usableFromInline var w8: UInt64 = 0
  @usableFromInline var w9: UInt64 = 0
  @usableFromInline var w10: UInt64 = 0
  @usableFromInline var w11: UInt64 = 0
  @usableFromInline var w12: UInt64 = 0
  @usableFromInline var w13: UInt64 = 0
  @usableFromInline var w14: UInt64 = 0
  @usableFromInline var w15: UInt64 = 0

  @inlinable
  public init(kind: EventKind, flags: EventFlags = [], scope: UInt16, instrument: InstrumentID) {
    sequence = 0
    head =
      UInt64(kind.rawValue) | UInt64(flags.rawValue) << 8 | UInt64(scope) << 16
      | UInt64(instrument.raw) << 32
  }

  /// An empty slot; `kind` traps on it, `kindCode` is 0.
  @inlinable public init() {
    sequence = 0
    head = 0
  }

  @inlinable public var kindCode: UInt8 { UInt8(truncatingIfNeeded: head) }

  /// The kind. Events are made only with a known kind; decoders check theirs.
  @inlinable public var kind: EventKind {
    guard let kind = EventKind(rawValue: kindCode) else {
      preconditionFailure("an empty event has no kind")
    }
    return kind
  }

  @inlinable public var flags: EventFlags {
    get { EventFlags(rawValue: UInt8(truncatingIfNeeded: head >> 8)) }
    set { head = head & ~0xFF00 | UInt64(newValue.rawValue) << 8 }
  }

  /// The source, or the spec of a bar.
  @inlinable public var scope: UInt16 { UInt16(truncatingIfNeeded: head >> 16) }

  /// Kind and scope in one word, for comparing both at once: trades of one source have the same.
  @inlinable public var stream: UInt32 { UInt32(truncatingIfNeeded: head) & 0xFFFF_00FF }

  /// The same event of another source and instrument: for events whose ids are somebody else's.
  @inlinable @inline(__always)
  public func readdressed(source: SourceID, instrument: InstrumentID) -> Event {
    var event = self
    event.head = head & 0xFFFF | UInt64(source.raw) << 16 | UInt64(instrument.raw) << 32
    return event
  }

  /// Makes a trade or quote what was taken in at a time, in other ids.
  @inlinable @inline(__always)
  public mutating func receive(
    at time: Timestamp, source: SourceID, instrument: InstrumentID
  ) {
    head = head & 0xFFFF | UInt64(source.raw) << 16 | UInt64(instrument.raw) << 32
    w5 = UInt64(bitPattern: time.nanoseconds)
    if w4 == UInt64(bitPattern: Int64.min) {
      w4 = w5
      flags.insert(.receiptTime)
    }
  }

  /// The same trade or quote as taken in at a time. One whose own time is not known has that time.
  @inlinable @inline(__always)
  public func received(at time: Timestamp) -> Event {
    guard kindCode == EventKind.trade.rawValue || kindCode == EventKind.quote.rawValue else {
      return self
    }
    var event = self
    event.w5 = UInt64(bitPattern: time.nanoseconds)
    if event.w4 == UInt64(bitPattern: Int64.min) {
      event.w4 = event.w5
      event.flags.insert(.receiptTime)
    }
    return event
  }

  @inlinable public var source: SourceID { SourceID(scope) }

  @inlinable public var instrument: InstrumentID {
    InstrumentID(UInt32(truncatingIfNeeded: head >> 32))
  }

  /// True for kinds whose payload fits the first 64 bytes.
  @inlinable public var isShort: Bool { Self.isShort(kindCode: kindCode) }

  /// Long kinds: bar and alert.
  @inlinable static func isShort(kindCode: UInt8) -> Bool {
    kindCode != EventKind.bar.rawValue && kindCode != EventKind.alert.rawValue
  }
}

extension Event: Equatable {
  /// Equal in every word that the kind uses, position included. Of a short event in the ring the
  /// other words are what the slot held before.
  @inlinable public static func == (a: Event, b: Event) -> Bool {
    let isSameStart =
      a.sequence == b.sequence && a.head == b.head && a.w2 == b.w2 && a.w3 == b.w3
      && a.w4 == b.w4 && a.w5 == b.w5 && a.w6 == b.w6 && a.w7 == b.w7
    // A merged trade carries its range in the second half.
    guard isSameStart, !a.isShort || a.flags.contains(.conflated) else { return isSameStart }
    return a.w8 == b.w8 && a.w9 == b.w9 && a.w10 == b.w10 && a.w11 == b.w11 && a.w12 == b.w12
      && a.w13 == b.w13 && a.w14 == b.w14 && a.w15 == b.w15
  }
}

/// Marks on an event.
@frozen
public struct EventFlags: OptionSet, BitwiseCopyable, Sendable, Hashable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The source gave no event time: `eventTime` is the time of receipt.
  @inlinable public static var receiptTime: EventFlags { EventFlags(rawValue: 1) }
  /// Recorded earlier and played again.
  @inlinable public static var replayed: EventFlags { EventFlags(rawValue: 2) }
  /// Made by a model, not by a market.
  @inlinable public static var simulated: EventFlags { EventFlags(rawValue: 4) }
  /// Several events merged into one for a reader that asked for it.
  @inlinable public static var conflated: EventFlags { EventFlags(rawValue: 8) }
  /// Part of the state at the time of subscribing, not news.
  @inlinable public static var snapshot: EventFlags { EventFlags(rawValue: 16) }
  /// Could not be recomputed from all its ticks.
  @inlinable public static var inexact: EventFlags { EventFlags(rawValue: 32) }
  /// A bar whose interval began before the first tick that was seen.
  @inlinable public static var incompleteLeft: EventFlags { EventFlags(rawValue: 64) }
  /// A bar of the time between two sessions.
  @inlinable public static var outsideSession: EventFlags { EventFlags(rawValue: 128) }
}
