public import EngineCore

/// One record, decoded.
public enum Record: Equatable, Sendable {
  /// An event of any kind but `definition`.
  case event(Event)
  /// What an id stands for.
  case definition(DefinitionRecord)
  /// How far the stream is.
  case position(PositionRecord)
}
