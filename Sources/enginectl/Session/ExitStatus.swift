/// What the tool's exit code says, as docs/enginectl.md lists it. A usage error is 64, which the
/// argument parser gives by itself.
enum ExitStatus: Int32, Sendable, CaseIterable {
  /// Done.
  case done = 0
  /// The daemon answered with an error, or one of the named plugins failed.
  case refused = 1
  /// An argument was understood but cannot be used.
  case usage = 64
  /// No daemon could be reached, or the connection was lost.
  case unreachable = 69
  /// What the daemon sent is not what the protocol allows.
  case malformed = 70
  /// The output could not be written, for another reason than a closed pipe.
  case outputFailed = 74
  /// `--timeout` is over.
  case timedOut = 124
  /// Ended by SIGINT or SIGTERM.
  case interrupted = 130
}
