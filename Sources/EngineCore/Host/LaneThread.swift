internal import CPlatform
internal import Glibc

/// A thread of the system that runs one closure and ends.
///
/// Invariant: the box that carries the closure is retained for the new thread, which releases it.
public enum LaneThread {
  fileprivate final class Box {
    let name: String
    let isBackground: Bool
    let body: @Sendable () -> Void

    init(name: String, isBackground: Bool, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.isBackground = isBackground
      self.body = body
    }
  }

  /// Starts a thread; false when the system has none left.
  ///
  /// - Parameter isBackground: others go before it where there are not enough processors.
  public static func start(
    name: String, isBackground: Bool = false, _ body: @escaping @Sendable () -> Void
  ) -> Bool {
    let box = unsafe Unmanaged.passRetained(
      Box(name: name, isBackground: isBackground, body: body))
    var thread = pthread_t()
    // Safe: the thread takes over the one reference that was retained for it.
    let result = unsafe pthread_create(&thread, nil, threadMain, box.toOpaque())
    guard result == 0 else {
      unsafe box.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { return nil }
  // Safe: the starter retained the box for this thread.
  let box = unsafe Unmanaged<LaneThread.Box>.fromOpaque(argument).takeRetainedValue()
  unsafe String(box.name.prefix(15)).withCString { name in unsafe tw_name_thread(name) }
  if box.isBackground { tw_stand_back() } else { tw_take_short_turns() }
  box.body()
  return nil
}
