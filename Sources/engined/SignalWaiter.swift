internal import Glibc

/// Receives SIGINT, SIGTERM and SIGHUP by waiting for them on one thread: no handler runs in the
/// middle of anything.
struct SignalWaiter: Sendable {
  /// Blocks the signals for this thread and all that it starts. SIGPIPE is ignored: a closed
  /// connection is an error of the call that writes.
  init() {
    var set = Self.handled
    // Safe: the set lives during the call.
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    // A shell that starts a job in the background has it ignore SIGINT; a signal that is ignored
    // never arrives, blocked or not.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    signal(SIGPIPE, SIG_IGN)
  }

  private static var handled: sigset_t {
    var set = sigset_t()
    // Safe: as above.
    unsafe sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&set, number) }
    return set
  }

  /// Hands over every signal as it comes, for as long as the process lives. For the main thread.
  func wait(_ received: (Int32) -> Void) -> Never {
    var set = Self.handled
    while true {
      var number: Int32 = 0
      // Safe: both live during the call.
      if unsafe sigwait(&set, &number) == 0 { received(number) }
    }
  }

  /// Ends the process in order.
  static func leave(_ code: Int32) -> Never { exit(code) }

  /// Ends it at once, without flushing.
  static func quit(_ code: Int32) -> Never { _exit(code) }
}
