/// Notifications that are to be delivered: durable before anybody is given one, each with a key
/// that no other has. Any thread may ask.
///
/// Who delivers takes entries, which are lent to it for a while, and says of each what became of
/// it. What was lent and not answered in time is given out again, also after a restart: so a
/// notification may be sent twice, with the same key, and is never lost.
public protocol AlertOutbox: Sendable {
  /// Lends entries that are due, the oldest first.
  func take(_ request: AlertOutboxRequest) async throws(PluginError) -> [AlertOutboxEntry]

  /// It was delivered: it will not be given out again.
  func acknowledge(_ id: Int64) async throws(PluginError)

  /// It was not delivered, and should be tried again at that time.
  func fail(_ id: Int64, reason: String, retryAt time: Timestamp) async throws(PluginError)

  /// It cannot be delivered: it is kept for people to see, and not given out again.
  func bury(_ id: Int64, reason: String) async throws(PluginError)

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
