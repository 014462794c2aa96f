internal import EngineCore

/// Where rules, states, silences, history and the outbox outlive the process. One engine uses it at
/// a time; any thread may call it.
///
/// Whatever is committed is committed as a whole, and survives the end of the process.
protocol AlertStore: AnyObject, Sendable {
  /// All that an instance needs to go on. It takes the store over: an older instance that still
  /// writes fails from here on.
  func load() throws(AlertStoreError) -> StoredAlerts

  /// Rules and states, roughly: how long it takes to load.
  func size() throws(AlertStoreError) -> Int

  /// Keeps what has happened up to a position: all of it or nothing. Records and notifications that
  /// are there already stay as they are.
  ///
  /// - Returns: how many notifications are new.
  func commit(_ batch: AlertBatch) throws(AlertStoreError) -> Int

  /// Keeps a change of the configured rules before it is made; gives its version.
  func add(_ change: RuleSetChange) throws(AlertStoreError) -> Int64

  /// Transitions, newest first.
  func history(_ query: AlertQuery) throws(AlertStoreError) -> [AlertRecord]

  // MARK: Outbox

  /// What waits for a channel, in the order in which it came.
  func waiting(
    _ channel: String, after id: Int64, limit: Int
  ) throws(AlertStoreError) -> [AlertOutboxTicket]

  /// Those of these that wait.
  func entries(_ ids: [Int64]) throws(AlertStoreError) -> [AlertOutboxEntry]

  /// Says what came of attempts, each of which counts; what no longer waits stays as it is.
  func settle(_ settlements: [AlertOutboxSettlement], at time: Timestamp) throws(AlertStoreError)

  /// What was given up, the newest first.
  func dead(
    _ channel: String?, before id: Int64, limit: Int
  ) throws(AlertStoreError) -> [AlertOutboxDead]

  /// Lets what was given up wait again; gives how many these are.
  func revive(
    _ channel: String, id: Int64?, at time: Timestamp
  ) throws(AlertStoreError) -> Int

  /// Gives up notifications that wait beyond what is allowed, a bounded number at once; gives how
  /// many these were.
  func giveUp(_ retention: AlertRetention) throws(AlertStoreError) -> Int

  func figures() throws(AlertStoreError) -> AlertOutboxFigures
}
