/// What a state machine needs of its rule. Durations are nanoseconds.
public struct AlertPolicy: BitwiseCopyable, Sendable, Hashable {
  public var hold: Int64 = 0
  public var cooldown: Int64 = 0
  public var repeatEvery: Int64 = 0
  public var once = false
  public var hasClear = false
  /// So many firings within the window make it flapping; 0: never.
  public var flapFirings: UInt32 = 0
  public var flapWindow: Int64 = 0

  public init() {}
}
