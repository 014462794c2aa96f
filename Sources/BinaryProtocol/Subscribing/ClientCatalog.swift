public import EngineCore
internal import Synchronization

/// Names of everything that a server's events refer to by number, as its definitions give them.
///
/// Any thread may look up and define. Ids hold within one epoch. Definitions past
/// `definitionsMax` are counted and not kept.
public final class ClientCatalog: EventNames {
  private struct State {
    var epoch: UInt64?
    var records: [DefinitionNamespace: [UInt32: DefinitionRecord]] = [:]
    var count = 0
    var refused = 0
  }

  private let state = Mutex(State())

  /// Most definitions that are kept.
  public static let definitionsMax = 1 << 21

  public init() {}

  /// Forgets everything when the epoch is another one than before.
  public func use(epoch: UInt64) {
    state.withLock { state in
      guard state.epoch != epoch else { return }
      state = State()
      state.epoch = epoch
    }
  }

  /// Adds a definition, or replaces that of its id.
  public func define(_ definition: DefinitionRecord) {
    state.withLock { state in
      let isNew = state.records[definition.namespace]?[definition.id] == nil
      guard !isNew || state.count < Self.definitionsMax else {
        state.refused += 1
        return
      }
      if isNew { state.count += 1 }
      state.records[definition.namespace, default: [:]][definition.id] = definition
    }
  }

  /// What an id stands for; nil when it was not defined.
  public func definition(_ id: UInt32, in namespace: DefinitionNamespace) -> DefinitionRecord? {
    state.withLock { $0.records[namespace]?[id] }
  }

  /// The name of an id; of an instrument its key.
  public func name(_ id: UInt32, in namespace: DefinitionNamespace) -> String? {
    definition(id, in: namespace)?.text
  }

  /// The instrument of an id.
  public func instrument(_ id: InstrumentID) -> Instrument? {
    definition(id.raw, in: .instrument)?.instrument
  }

  /// All instruments that were defined, by id.
  public func instruments() -> [(id: InstrumentID, instrument: Instrument)] {
    let all = state.withLock { $0.records[.instrument] ?? [:] }
    return all.sorted { $0.key < $1.key }.compactMap { entry in
      entry.value.instrument.map { (InstrumentID(entry.key), $0) }
    }
  }

  /// Definitions that are kept, and those for which there was no room.
  public var counts: (kept: Int, refused: Int) { state.withLock { ($0.count, $0.refused) } }
}
