internal import BinaryProtocol
internal import EngineCore

/// Which events a feed wants: its subjects, made ready.
final class Selection {
  private(set) var patterns: [SubjectPattern]
  private(set) var filter: SubjectFilter
  /// It takes everything: served with slices of the log.
  let isEverything: Bool
  /// Its bars have to be asked for their spec.
  private(set) var checksSpecs: Bool
  /// Kinds of which every event is wanted, as a mask.
  private var wholeKinds: UInt32

  init(_ patterns: [SubjectPattern], catalog: Catalog) {
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

  /// Reads subjects; the error names the one that is wrong.
  convenience init(parsing subjects: [String], catalog: Catalog) throws(CallError) {
    var patterns: [SubjectPattern] = []
    for (index, text) in subjects.enumerated() {
      do throws(SubjectError) {
        patterns.append(try SubjectPattern(parsing: text))
      } catch {
        throw CallError(.invalidArgument, "subjects[\(index)]: \(error)")
      }
    }
    self.init(patterns, catalog: catalog)
  }

  /// Whether new names may change what it matches.
  var hasUnknownNames: Bool { !filter.unknown.isEmpty }

  /// Looks the names up again. True when more is known now.
  func refresh(catalog: Catalog) -> Bool {
    let next = SubjectFilter(patterns, catalog: catalog)
    guard next.unknown.count < filter.unknown.count else { return false }
    filter = next
    checksSpecs = next.narrowsSpecs
    wholeKinds = Self.wholeKinds(of: next)
    return true
  }

  /// Whether a record of the log is for this feed. Definitions are for all.
  func matches(_ span: RawSpan, at offset: Int, byteCount: Int) -> Bool {
    let kind = WireRecord.kindCode(span, at: offset)
    if wholeKinds >> UInt32(kind & 31) & 1 != 0 { return true }
    if kind == EventKind.definition.rawValue || isEverything { return true }
    // A gap of the frontend's own concerns everybody.
    if kind == EventKind.gap.rawValue, WireRecord.sequence(span, at: offset) == 0 { return true }
    guard filter.interest.kindMask >> UInt32(kind & 31) & 1 != 0 else { return false }
    if Routes.marketKinds.contains(where: { $0.rawValue == kind }) {
      return WireRecord.outline(span, at: offset).map { filter.matches($0) } ?? false
    }
    var decoder = RecordDecoder(span.extracting(offset..<offset + byteCount))
    guard case .event(let event)? = try? decoder.next() else { return false }
    return filter.matches(event)
  }
}
