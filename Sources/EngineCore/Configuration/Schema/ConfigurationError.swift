/// Everything that is wrong with a configuration, in reading order; never empty.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The faults.
  public let faults: [ConfigurationFault]
  /// What is odd beside them and would not have been a reason to refuse the file.
  public let warnings: [ConfigurationFault]

  /// Makes an error.
  public init(faults: [ConfigurationFault], warnings: [ConfigurationFault] = []) {
    self.faults = faults
    self.warnings = warnings
  }

  /// One fault a line.
  public var description: String { faults.map(\.description).joined(separator: "\n") }
}
