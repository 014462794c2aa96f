internal import BinaryProtocol
internal import EngineCore
internal import Fanout

/// What the ids of one publisher stand for in the engine.
struct PublisherNames {
  /// What an instrument id of the client stands for.
  struct Target {
    var instrument: InstrumentID
    /// Kinds that the client may publish of it, as a mask.
    var kinds: UInt32
  }

  private(set) var instruments: [Target?] = []
  private(set) var sources: [SourceID?] = []
  private(set) var specs: [SpecID?] = []
  private(set) var texts: [TextID?] = []
  /// What may be published, of the instruments and specs that are known.
  private var filter: SubjectFilter
  private let grant: Access.Grant
  private let catalog: Catalog

  init(grant: Access.Grant, catalog: Catalog) {
    self.grant = grant
    self.catalog = catalog
    filter = SubjectFilter(grant.publish, catalog: catalog)
  }

  /// Whether an event in the engine's ids may be published.
  func allows(_ event: Event) -> Bool { filter.matches(event) }

  /// The name of a source as a text.
  func subject(of source: SourceID) -> TextID {
    catalog.name(UInt32(source.raw), in: .source).map { catalog.intern($0) } ?? .none
  }

  func target(_ id: Int) -> Target? { Self.lookUp(instruments, id) }

  static func lookUp<Value>(_ values: [Value?], _ id: Int) -> Value? {
    id >= 0 && id < values.count ? values[id] : nil
  }

  /// Takes a definition of the client's. Ids are its own choice, within a range.
  mutating func define(_ definition: DefinitionRecord) throws(CallError) {
    let id = Int(definition.id)
    guard (1...65_535).contains(id) else {
      throw CallError(
        .resourceExhausted, "\(definition.namespace) \(id): ids are from 1 to 65,535")
    }
    switch definition.namespace {
    case .instrument:
      let instrument = catalog.define(
        definition.instrument ?? Instrument(symbol: definition.text))
      filter = SubjectFilter(grant.publish, catalog: catalog)
      Self.put(
        Target(instrument: instrument, kinds: kinds(of: instrument)), at: id, in: &instruments)
    case .source: Self.put(catalog.source(definition.text), at: id, in: &sources)
    case .spec:
      Self.put(catalog.spec(definition.text), at: id, in: &specs)
      filter = SubjectFilter(grant.publish, catalog: catalog)
    case .text: Self.put(catalog.intern(definition.text), at: id, in: &texts)
    case .rule: break
    }
  }

  private static func put<Value>(_ value: Value?, at id: Int, in values: inout [Value?]) {
    if id >= values.count {
      values.append(contentsOf: repeatElement(nil, count: id + 1 - values.count))
    }
    values[id] = value
  }

  /// Kinds of an instrument that the client may publish. Bars are looked at one by one: a right may
  /// be to some specs.
  private func kinds(of instrument: InstrumentID) -> UInt32 {
    [EventKind.trade, .quote, .correction].reduce(0) { mask, kind in
      let event = Event(kind: kind, scope: 0, instrument: instrument)
      return filter.matches(event) ? mask | 1 << UInt32(kind.rawValue) : mask
    }
  }
}
