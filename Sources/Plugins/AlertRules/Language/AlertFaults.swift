/// Everything that is wrong with one rule, in the order of its keys; never empty.
public struct AlertFaults: Error, Sendable, Hashable, CustomStringConvertible {
  public var rule: String
  public var faults: [AlertFault]

  public init(rule: String, faults: [AlertFault]) {
    self.rule = rule
    self.faults = faults
  }

  /// One fault a line, each begun with the rule's id.
  public var description: String {
    faults.map { "rule \"\(rule)\": \($0)" }.joined(separator: "\n")
  }
}
