package import EngineCore

/// Which events a feed wants: its subjects, made ready.
package final class Selection {
  package let patterns: [SubjectPattern]
  package private(set) var filter: SubjectFilter
  /// It takes everything: served with slices of the log.
  package let isEverything: Bool
  /// Its bars have to be asked for their spec.
  private(set) var checksSpecs: Bool
  /// Kinds of which every event is wanted, as a mask.
  package private(set) var wholeKinds: UInt32

  package init(_ patterns: [SubjectPattern], catalog: Catalog) {
    self.patterns = patterns
    filter = SubjectFilter(patterns, catalog: catalog)
    isEverything = patterns.contains { $0.tokens == [.rest] || $0.tokens == [.any] }
    checksSpecs = filter.narrowsSpecs
    wholeKinds = Self.wholeKinds(of: filter)
  }

  private static func wholeKinds(of filter: SubjectFilter) -> UInt32 {
    Routes.marketKinds.reduce(0) { mask, kind in
      let isWhole = filter.coverage(of: kind) == .all && !(kind == .bar && filter.narrowsSpecs)
      return isWhole ? mask | 1 << UInt32(kind.rawValue) : mask
    }
  }

  /// Whether new names may change what it matches.
  package var hasUnknownNames: Bool { !filter.unknown.isEmpty }

  /// Looks the names up again. True when more is known now.
  func refresh(catalog: Catalog) -> Bool {
    let next = SubjectFilter(patterns, catalog: catalog)
    guard next.unknown.count < filter.unknown.count else { return false }
    filter = next
    checksSpecs = next.narrowsSpecs
    wholeKinds = Self.wholeKinds(of: next)
    return true
  }
}
