public import EngineCore

/// What an id stands for. It precedes the first record that uses the id on its stream.
public struct DefinitionRecord: Equatable, Sendable {
  /// The sequence of the engine's own definition event, when the record stands for it; else 0.
  public var sequence: UInt64
  /// Which kind of id it is.
  public var namespace: DefinitionNamespace
  /// The id, from 1.
  public var id: UInt32
  /// What the id stands for; of an instrument its key.
  public var text: String
  /// What is known of an instrument; nil in other namespaces.
  public var instrument: Instrument?
  /// Whether a text was longer than a record holds.
  public var isCut = false

  /// A name in any namespace but that of instruments.
  public init(
    _ namespace: DefinitionNamespace, id: UInt32, text: String, sequence: UInt64 = 0
  ) {
    self.sequence = sequence
    self.namespace = namespace
    self.id = id
    self.text = text
    instrument = nil
  }

  /// An instrument.
  public init(_ instrument: Instrument, id: InstrumentID, sequence: UInt64 = 0) {
    self.sequence = sequence
    namespace = .instrument
    self.id = id.raw
    text = instrument.key
    self.instrument = instrument
  }

  /// What a catalog says of an id; nil when it does not know it.
  public init?(
    _ namespace: DefinitionNamespace, id: UInt32, in catalog: Catalog, sequence: UInt64 = 0
  ) {
    if namespace == .instrument {
      guard let instrument = catalog.instrument(InstrumentID(id)) else { return nil }
      self.init(instrument, id: InstrumentID(id), sequence: sequence)
    } else {
      guard let name = catalog.name(id, in: namespace) else { return nil }
      self.init(namespace, id: id, text: name, sequence: sequence)
    }
  }
}
