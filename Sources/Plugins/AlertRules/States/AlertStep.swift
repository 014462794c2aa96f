public import EngineCore

/// What one input did to a state machine: at most one transition, and at most one thing to tell.
public struct AlertStep: BitwiseCopyable, Sendable, Hashable {
  public struct Change: BitwiseCopyable, Sendable, Hashable {
    public var from: AlertState
    public var to: AlertState
    public var reason: AlertReason
    public var since: Int64
    public var suppressed: UInt32
    public var isFlapping: Bool
  }

  public var change: Change?
  public var notice: AlertNotification.Kind?

  static let none = AlertStep()
}
