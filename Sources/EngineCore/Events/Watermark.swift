/// What a watermark is complete for.
@frozen
public enum WatermarkScope: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case source = 0
  case spec = 1
}

/// A promise that nothing more comes for `[start, end)` of a source or a bar spec.
@frozen
public struct Watermark: BitwiseCopyable, Sendable {
  public var scope: WatermarkScope
  /// A `SourceID` or `SpecID`, by scope.
  public var id: UInt16
  /// None: all instruments.
  public var instrument: InstrumentID
  public var start: Timestamp
  public var end: Timestamp
  /// Instruments with a bar in the interval, and without.
  public var bars: UInt32
  public var empty: UInt32

  @inlinable
  public init(
    scope: WatermarkScope, id: UInt16, instrument: InstrumentID = .none, start: Timestamp,
    end: Timestamp, bars: UInt32 = 0, empty: UInt32 = 0
  ) {
    self.scope = scope
    self.id = id
    self.instrument = instrument
    self.start = start
    self.end = end
    self.bars = bars
    self.empty = empty
  }
}

extension Event {
  @inlinable public init(_ watermark: Watermark) {
    self.init(kind: .watermark, scope: watermark.id, instrument: watermark.instrument)
    w2 = UInt64(bitPattern: watermark.start.nanoseconds)
    w3 = UInt64(bitPattern: watermark.end.nanoseconds)
    w4 = UInt64(watermark.bars) | UInt64(watermark.empty) << 32
    w5 = UInt64(watermark.scope.rawValue)
  }

  /// The payload of a `watermark`; meaningless for other kinds.
  @inlinable public var watermark: Watermark {
    Watermark(
      scope: WatermarkScope(rawValue: UInt8(truncatingIfNeeded: w5)) ?? .source, id: scope,
      instrument: instrument, start: Timestamp(nanoseconds: Int64(bitPattern: w2)),
      end: Timestamp(nanoseconds: Int64(bitPattern: w3)), bars: UInt32(truncatingIfNeeded: w4),
      empty: UInt32(truncatingIfNeeded: w4 >> 32))
  }
}
