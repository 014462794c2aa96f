/// Notifications that are to be delivered: durable before anybody is given one, each with a key
/// that no other has. Any thread may ask.
///
/// Who delivers a channel alone, and keeps the order of its notifications, reads what waits in
/// order (`waiting`), loads what it sends (`entries`), and says what became of it (`settle`). What
/// was sent and not settled is found waiting again, also after a restart: so a notification may be
/// sent twice, with the same key, and is never lost.
public protocol AlertOutbox: Sendable {
  // MARK: Delivering

  /// What waits for a channel, due or not, in the order in which it came.
  ///
  /// - Parameters:
  ///   - id: only what came after that one.
  ///   - limit: at most so many, 1…1000.
  func waiting(
    _ channel: String, after id: Int64, limit: Int
  ) async throws(PluginError) -> [AlertOutboxTicket]

  /// Loads entries by their numbers, at most 1000; those that no longer wait are left out.
  func entries(_ ids: [Int64]) async throws(PluginError) -> [AlertOutboxEntry]

  /// Says what came of attempts, all in one; what no longer waits is left as it is.
  func settle(_ settlements: [AlertOutboxSettlement]) async throws(PluginError)

  // MARK: What was given up

  /// What was given up, the newest first; of one channel, or of all. Waits for the disk.
  func dead(
    _ channel: String?, before id: Int64, limit: Int
  ) throws(PluginError) -> [AlertOutboxDead]

  /// Lets what was given up wait again as if it had just come: one notification, or all of a
  /// channel, at most 10,000; gives how many these are. Waits for the disk.
  func revive(_ channel: String, id: Int64?) throws(PluginError) -> Int

  // MARK: Others

  /// How many there are of each kind.
  func figures() async throws(PluginError) -> AlertOutboxFigures

  /// Calls, from any thread, whenever there are new entries. Ends when the token goes.
  func observe(_ arrived: @escaping @Sendable () -> Void) -> AlertOutboxObservation
}

extension CapabilityKey<any AlertOutbox> {
  /// Notifications that wait for delivery.
  public static var alertOutbox: Self {
    CapabilityKey(name: "notifications of alerts", providers: ["alerts"])
  }
}
