internal import BinaryProtocol
internal import EngineCore
internal import Fanout

extension Selection {
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
