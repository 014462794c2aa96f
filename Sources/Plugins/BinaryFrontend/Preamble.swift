internal import BinaryProtocol
internal import EngineCore
internal import Fanout

/// What a stream has to be told before its first event: what the ids mean that it may use. Written
/// piece by piece, as the client takes it.
struct Preamble: FeedPreamble {
  private enum Step {
    /// Ids of a namespace from one up to another, exclusive.
    case all(DefinitionNamespace, from: UInt32, to: UInt32)
    case some([InstrumentID], from: Int)
  }

  private var steps: [Step] = []
  private let catalog: Catalog

  /// For events that match a filter. Ids that are given from now on are in the log.
  init(_ filter: SubjectFilter, allInstruments: Bool, catalog: Catalog) {
    self.catalog = catalog
    func all(_ namespace: DefinitionNamespace) -> Step {
      .all(namespace, from: 1, to: UInt32(catalog.names(in: namespace).count) + 1)
    }
    let kinds = filter.interest.kindMask
    func wants(_ kinds0: EventKind...) -> Bool {
      kinds0.contains { kinds >> UInt32($0.rawValue) & 1 != 0 }
    }
    steps.append(all(.source))
    if wants(.bar, .watermark) { steps.append(all(.spec)) }
    if wants(.alert) { steps.append(all(.rule)) }
    if wants(.alert, .gap, .status, .command, .definition) { steps.append(all(.text)) }
    if let named = Self.named(filter), !allInstruments, !wants(.status, .alert) {
      steps.append(.some(named, from: 0))
    } else {
      steps.append(.all(.instrument, from: 1, to: UInt32(catalog.instrumentCount) + 1))
    }
  }

  /// The instruments that the filter names; nil when it may match any.
  private static func named(_ filter: SubjectFilter) -> [InstrumentID]? {
    var ids: Set<UInt32> = []
    for kind in Routes.marketKinds {
      switch filter.coverage(of: kind) {
      case .none: break
      case .all: return nil
      case .some(let instruments): ids.formUnion(instruments.map(\.raw))
      }
    }
    return ids.sorted().map { InstrumentID($0) }
  }

  /// Whether everything was written.
  var isDone: Bool { steps.isEmpty }

  /// Appends definitions, about `limit` bytes.
  mutating func write(to bytes: inout [UInt8], limit: Int) {
    while let step = steps.first, bytes.count < limit {
      switch step {
      case .all(let namespace, let from, let to):
        guard from < to else {
          steps.removeFirst()
          continue
        }
        if let record = DefinitionRecord(namespace, id: from, in: catalog) {
          bytes.append(contentsOf: record.encoded)
        }
        steps[0] = .all(namespace, from: from + 1, to: to)
      case .some(let ids, let from):
        guard from < ids.count else {
          steps.removeFirst()
          continue
        }
        if let record = DefinitionRecord(.instrument, id: ids[from].raw, in: catalog) {
          bytes.append(contentsOf: record.encoded)
        }
        steps[0] = .some(ids, from: from + 1)
      }
    }
  }
}
