/// Why a spec could not be added.
public struct BarAggregatorError: Error, Sendable, Equatable, CustomStringConvertible {
  public var description: String
}
