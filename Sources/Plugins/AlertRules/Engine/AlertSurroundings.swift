public import EngineCore

/// What an engine of rules asks its host. The answers must not change during a run over one log.
public struct AlertSurroundings: Sendable {
  /// Of an instrument, once.
  public var describe: @Sendable (InstrumentID) -> AlertInstrument
  /// The number of a key, when there is such an instrument already.
  public var find: @Sendable (String) -> InstrumentID?
  /// The number of a spec in `bar` events; nil: no such bars.
  public var specID: @Sendable (BarSpec) -> SpecID?

  public init(
    describe: @escaping @Sendable (InstrumentID) -> AlertInstrument,
    find: @escaping @Sendable (String) -> InstrumentID?,
    specID: @escaping @Sendable (BarSpec) -> SpecID?
  ) {
    self.describe = describe
    self.find = find
    self.specID = specID
  }
}
