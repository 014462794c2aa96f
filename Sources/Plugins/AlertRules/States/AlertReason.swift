/// Why a state changed.
public enum AlertReason: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  /// The condition became true; with `for`, the wait begins.
  case met = 1
  /// It held for as long as `for` says.
  case held = 2
  /// It ended before that.
  case ended = 3
  /// It was true when the cooldown ended.
  case cooldownOver = 4
  /// It is no longer true, or `clear` is.
  case cleared = 5
  /// It had come and gone many times, and then was quiet.
  case calm = 6
  case acknowledged = 7
  /// The rule's time is over.
  case expired = 8
  case disabled = 9
  case removed = 10
  /// Another rule took the place of this one.
  case replaced = 11
  /// It still fires: no transition, but a notification.
  case repeated = 12
  /// It still fires after a silence has ended: no transition, but a notification.
  case unsilenced = 13

  /// In words.
  public var text: String {
    switch self {
    case .met: "the condition became true"
    case .held: "the condition held long enough"
    case .ended: "the condition ended before it had held long enough"
    case .cooldownOver: "the condition was true when the cooldown ended"
    case .cleared: "the condition cleared"
    case .calm: "the condition stayed clear after it had come and gone often"
    case .acknowledged: "acknowledged"
    case .expired: "the rule expired"
    case .disabled: "the rule was disabled"
    case .removed: "the rule was removed"
    case .replaced: "the rule was replaced"
    case .repeated: "still firing"
    case .unsilenced: "still firing at the end of a silence"
    }
  }
}
