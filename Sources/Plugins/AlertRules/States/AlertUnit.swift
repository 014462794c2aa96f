/// What the value and the threshold of a transition are, so that they can be written for people.
public enum AlertUnit: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  /// In 10⁻⁹.
  case price = 0
  /// In 10⁻⁹ percent.
  case percent = 1
  /// In nanoseconds.
  case duration = 2
  /// A size, a count or a number without a unit, in 10⁻⁹.
  case plain = 3
}
