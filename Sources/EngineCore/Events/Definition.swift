/// The name spaces of ids.
@frozen
public enum DefinitionNamespace: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case instrument = 1
  case spec = 2
  case source = 3
  case rule = 4
  case text = 5
}

/// Gives an id its name. Comes before the first event that uses the id.
@frozen
public struct Definition: BitwiseCopyable, Sendable, Equatable {
  public var namespace: DefinitionNamespace
  public var id: UInt32
  /// The name, in the text table. Of an instrument: its key, `SYMBOL` or `SYMBOL@VENUE`.
  public var text: TextID
  /// Of an instrument: decimals of prices and sizes (0…9).
  public var pricePrecision: UInt8
  public var sizePrecision: UInt8

  @inlinable
  public init(
    namespace: DefinitionNamespace, id: UInt32, text: TextID, pricePrecision: UInt8 = 0,
    sizePrecision: UInt8 = 0
  ) {
    self.namespace = namespace
    self.id = id
    self.text = text
    self.pricePrecision = pricePrecision
    self.sizePrecision = sizePrecision
  }
}

extension Event {
  @inlinable public init(_ definition: Definition) {
    self.init(
      kind: .definition, scope: 0,
      instrument: definition.namespace == .instrument ? InstrumentID(definition.id) : .none)
    w2 = UInt64(definition.id) | UInt64(definition.text.raw) << 32
    w3 =
      UInt64(definition.namespace.rawValue) | UInt64(definition.pricePrecision) << 8
      | UInt64(definition.sizePrecision) << 16
  }

  /// The payload of a `definition`; meaningless for other kinds.
  @inlinable public var definition: Definition {
    Definition(
      namespace: DefinitionNamespace(rawValue: UInt8(truncatingIfNeeded: w3)) ?? .text,
      id: UInt32(truncatingIfNeeded: w2), text: TextID(UInt32(truncatingIfNeeded: w2 >> 32)),
      pricePrecision: UInt8(truncatingIfNeeded: w3 >> 8),
      sizePrecision: UInt8(truncatingIfNeeded: w3 >> 16))
  }
}
