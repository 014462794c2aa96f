/// How much rules may ask for. What is beyond is refused with a fault that names the limit.
public struct AlertLimits: Sendable, Hashable {
  /// Characters of a condition.
  public var textMax = 4096
  /// Parentheses and operators within each other.
  public var depthMax = 32
  /// Values and operators of one condition.
  public var nodesMax = 128
  /// Instruments that one rule lists.
  public var listMax = 1000
  /// Of `change`, `high`, `low`, `highest`, `lowest`, in nanoseconds.
  public var windowMin: Int64 = 1_000_000
  public var windowMax: Int64 = 31 * 86_400_000_000_000
  /// Bars that an average or statistic looks back.
  public var lengthMax = 1000
  /// Of `for`, `cooldown`, `repeat`, `group` and `stale`, in nanoseconds.
  public var durationMax: Int64 = 366 * 86_400_000_000_000
  /// Channels that one rule notifies.
  public var notifyMax = 16
  public var messageMax = 1024
  /// Characters of what a message comes to, and of each text of a silence.
  public var messageTextMax = 4096
  public var silenceTextMax = 1024
  /// Rules of one engine, and of one owner.
  public var rulesMax = 2_000_000
  public var rulesPerOwnerMax = 2_000_000
  /// States of rules for instruments.
  public var statesMax = 4_000_000
  /// Different windows and indicators of one instrument.
  public var termsPerInstrumentMax = 4096
  public var silencesMax = 10_000
  /// Notifications that wait for the end of their group's window, firings in one, and in all.
  public var groupsMax = 10_000
  public var groupMembersMax = 1000
  public var groupedMax = 100_000
  /// Rules that are gone whose generations are remembered one by one: those of others go on from
  /// the largest that was forgotten.
  public var retiredMax = 10_000

  public init() {}

  public static let standard = AlertLimits()
}
