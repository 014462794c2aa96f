/// How far the log was evaluated, and what had been given out by then.
struct AlertPosition: Sendable, Equatable {
  var epoch: UInt64 = 0
  var sequence: UInt64 = 0
  /// The number of the newest transition.
  var transitions: UInt64 = 0
  /// The number of the newest one that was seen on the bus: so it is in the log.
  var told: UInt64 = 0
  /// The version of the newest change of configured rules that was made.
  var version: Int64 = 0
  /// How many instruments and specs the log had defined.
  var instruments: UInt32 = 0
  var specs: UInt32 = 0
}
