public import EngineCore

/// What a rule may name: asked when it is read, so that a misspelt symbol is told at once.
public struct AlertNames: Sendable {
  /// Keys of all instruments that are known; nil: any name is taken.
  public var instruments: [String]?
  /// The bars that are made; nil: any spec is taken.
  public var specs: [BarSpec]?
  /// The channels that notifications can go to; nil: any name is taken.
  public var channels: [String]?

  public init(
    instruments: [String]? = nil, specs: [BarSpec]? = nil, channels: [String]? = nil
  ) {
    self.instruments = instruments
    self.specs = specs
    self.channels = channels
  }

  /// Takes any name.
  public static let any = AlertNames()
}
