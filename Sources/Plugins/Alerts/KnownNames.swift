internal import EngineCore
internal import Synchronization

/// How many instruments and specs the log has defined so far. What a rule may know depends on that
/// and not on the catalog, which has names of later on when the log is read again.
final class KnownNames: Sendable {
  private let instruments = Atomic<UInt32>(0)
  private let specs = Atomic<UInt32>(0)

  var instrumentCount: UInt32 { instruments.load(ordering: .relaxed) }
  var specCount: UInt32 { specs.load(ordering: .relaxed) }

  func restore(instruments count: UInt32, specs other: UInt32) {
    instruments.store(count, ordering: .relaxed)
    specs.store(other, ordering: .relaxed)
  }

  func raise(instruments count: UInt32, specs other: UInt32) {
    restore(instruments: max(instrumentCount, count), specs: max(specCount, other))
  }

  /// Takes note of a definition; false when it was known.
  func note(_ definition: Definition) -> Bool {
    switch definition.namespace {
    case .instrument:
      guard definition.id > instrumentCount else { return false }
      instruments.store(definition.id, ordering: .relaxed)
      return true
    case .spec:
      guard definition.id > specCount else { return false }
      specs.store(definition.id, ordering: .relaxed)
      return true
    case .source, .rule, .text: return false
    }
  }

  func knows(_ instrument: InstrumentID) -> Bool { instrument.raw <= instrumentCount }
}
