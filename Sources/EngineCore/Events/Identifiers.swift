/// An instrument's dense number: an index into the instrument registry, from 1. Zero is "none".
@frozen
public struct InstrumentID: BitwiseCopyable, Hashable, Sendable, Comparable {
  public var raw: UInt32
  @inlinable public init(_ raw: UInt32) { self.raw = raw }
  @inlinable public static var none: InstrumentID { InstrumentID(0) }
  @inlinable public static func < (left: InstrumentID, right: InstrumentID) -> Bool {
    left.raw < right.raw
  }
}

/// Who put an event on the bus, from 1: a plugin instance or a feed inside it. Zero is "unknown".
@frozen
public struct SourceID: BitwiseCopyable, Hashable, Sendable, Comparable {
  public var raw: UInt16
  @inlinable public init(_ raw: UInt16) { self.raw = raw }
  @inlinable public static var none: SourceID { SourceID(0) }
  @inlinable public static func < (left: SourceID, right: SourceID) -> Bool { left.raw < right.raw }
}

/// A bar spec's number in the text table's `spec` namespace, from 1.
@frozen
public struct SpecID: BitwiseCopyable, Hashable, Sendable {
  public var raw: UInt16
  @inlinable public init(_ raw: UInt16) { self.raw = raw }
  @inlinable public static var none: SpecID { SpecID(0) }
}

/// An alert rule's number in the text table's `rule` namespace, from 1.
@frozen
public struct RuleID: BitwiseCopyable, Hashable, Sendable {
  public var raw: UInt32
  @inlinable public init(_ raw: UInt32) { self.raw = raw }
}

/// A text's number in the append-only text table, from 1. Zero is "no text".
@frozen
public struct TextID: BitwiseCopyable, Hashable, Sendable {
  public var raw: UInt32
  @inlinable public init(_ raw: UInt32) { self.raw = raw }
  @inlinable public static var none: TextID { TextID(0) }
}
