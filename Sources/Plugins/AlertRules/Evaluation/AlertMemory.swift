/// What the crossings of one state remember: on which side they were, and whether they have
/// crossed.
public struct AlertMemory: BitwiseCopyable, Sendable, Hashable {
  /// Two bits for each crossing: 0 not known, 1 below, 2 at, 3 above.
  public var signs: UInt32 = 0
  /// A bit for each that has crossed and not come back.
  public var latches: UInt16 = 0

  public init(signs: UInt32 = 0, latches: UInt16 = 0) {
    self.signs = signs
    self.latches = latches
  }

  /// Takes in on which side the left value now is; gives whether the crossing holds.
  mutating func observe(
    _ operation: AlertProgram.Operation, _ number: UInt8, isBelow: Bool, isAbove: Bool
  ) -> Bool {
    let shift = UInt32(number) * 2
    let before = signs >> shift & 3
    let now: UInt32 = isBelow ? 1 : isAbove ? 3 : 2
    signs = signs & ~(3 << shift) | now << shift
    let isUp = now == 3 && (before == 1 || before == 2)
    let isDown = now == 1 && (before == 3 || before == 2)
    let bit: UInt16 = 1 << UInt16(number)
    switch operation {
    case .crossesAbove:
      if isUp { latches |= bit } else if now != 3 { latches &= ~bit }
    case .crossesBelow:
      if isDown { latches |= bit } else if now != 1 { latches &= ~bit }
    default: return isUp || isDown
    }
    return latches & bit != 0
  }
}
