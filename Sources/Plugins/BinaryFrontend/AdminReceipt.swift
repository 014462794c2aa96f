internal import BinaryProtocol
internal import Synchronization

/// Tells a method whether its message has gone out. One that is dropped says that it has not, so
/// that nobody waits for what will never be.
final class AdminReceipt: Sendable {
  private let waiter: Mutex<CheckedContinuation<CallError?, Never>?>

  private init(_ waiter: CheckedContinuation<CallError?, Never>) { self.waiter = Mutex(waiter) }

  deinit { resume(CallError(.unavailable, "the server stops")) }

  /// Waits for the receipt that is handed to `body`.
  static func wait(_ body: (AdminReceipt) -> Void) async -> CallError? {
    await withCheckedContinuation { body(AdminReceipt($0)) }
  }

  /// Says why the message was not sent, or nil that it was. Only the first word counts.
  func resume(_ error: CallError?) {
    let waiter = waiter.withLock { waiter in
      defer { waiter = nil }
      return waiter
    }
    waiter?.resume(returning: error)
  }
}
