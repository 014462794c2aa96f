/// Which events of the kept log are wanted; a store may leave out others without reading them.
public struct LogSelection: Sendable, Equatable {
  /// Nil for all.
  public var kinds: Set<EventKind>?
  /// Nil for all; else events that name this one.
  public var instrument: InstrumentID?
  /// Nil for all; else a store may leave out stretches without any event that happened then.
  public var times: ClosedRange<Timestamp>?

  public static let everything = LogSelection(kinds: nil, instrument: nil)

  public init(
    kinds: Set<EventKind>?, instrument: InstrumentID?, times: ClosedRange<Timestamp>? = nil
  ) {
    self.kinds = kinds
    self.instrument = instrument
    self.times = times
  }

  /// What a filter may match, and maybe more.
  public init(_ filter: SubjectFilter) {
    let kinds = EventKind.allCases.filter {
      filter.interest.kindMask >> UInt32($0.rawValue) & 1 != 0
    }
    self.kinds = Set(kinds)
    instrument = Self.instrument(filter, kinds)
  }

  /// The only instrument that the filter names, if it is about nothing else.
  private static func instrument(_ filter: SubjectFilter, _ kinds: [EventKind]) -> InstrumentID? {
    var found: InstrumentID?
    for kind in kinds {
      guard [.trade, .quote, .bar, .correction].contains(kind),
        case .some(let ids) = filter.coverage(of: kind), ids.count == 1,
        found == nil || found == ids[0]
      else { return nil }
      found = ids[0]
    }
    return found
  }
}
