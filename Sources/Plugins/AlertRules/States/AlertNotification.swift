public import EngineCore

/// Something to tell the channels of a rule: one firing, or those of a group's window.
public struct AlertNotification: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    case firing = 1
    /// It fires again and again, and is now held open until it is quiet.
    case flapping = 2
    /// It still fires.
    case repeated = 3
    case resolved = 4
    /// A silence has ended, and it still fires.
    case unsilenced = 5
  }

  /// Numbers the notifications of a firing from 1; with its key, a name that no other has.
  public struct Name: Sendable, Hashable, BitwiseCopyable {
    public var key: AlertKey
    public var number: UInt32

    public init(key: AlertKey, number: UInt32) {
      self.key = key
      self.number = number
    }
  }

  /// Of the first member.
  public var name: Name
  public var kind: Kind
  /// Transitions as they were, oldest first; one without a group window.
  public var members: [AlertTransition]
  /// Members that did not fit, and firings that were held back before.
  public var more: UInt32
  public var time: Timestamp
  /// The event with which it was given out.
  public var cause: UInt64

  public var rule: RuleID { name.key.rule }
}
