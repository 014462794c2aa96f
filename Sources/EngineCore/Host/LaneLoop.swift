/// A thread that waits for more than the bus, such as for sockets, and gives a lane its turns.
///
/// A plugin that brings one has a lane of its own on it: between its sockets and the bus is no
/// change of threads.
public protocol LaneLoop: AnyObject, Sendable {
  /// Begins to call `turn` on one thread, never twice at a time: soon, after every `wake`, and when
  /// the rest that it returned is over. Whatever else the thread waits for is looked at in between.
  func begin(turn: @escaping @Sendable () -> LaneRest)

  /// Has `turn` called soon. Any thread may call it, also before `begin` and after `end`.
  func wake()

  /// No more turns: lets go of `turn`, and of the thread. Called by `turn` itself, or by the host
  /// when the thread does not come back.
  func end()
}

/// How long a lane has nothing to do.
public enum LaneRest: Sendable, Equatable {
  /// Not at all: it wants its next turn at once.
  case none
  /// At most that long.
  case nanos(Int64)
  /// Until somebody wakes it.
  case untilWoken
}
