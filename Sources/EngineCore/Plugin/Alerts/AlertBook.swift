/// Answers questions about alerts. Asked from any thread; answered on the lane of the plugin that
/// keeps them, at the latest when it stops.
public protocol AlertBook: Sendable {
  /// States of rules for instruments, by rule and instrument.
  func states(_ query: AlertQuery) async throws(PluginError) -> [AlertStatus]

  /// Transitions of the past, newest first.
  func history(_ query: AlertQuery) async throws(PluginError) -> [AlertRecord]

  /// Takes note that a person has seen what fires. It stands in the log like a command.
  ///
  /// - Parameter instrument: a key; nil for all instruments for which the rule fires.
  /// - Returns: how many firings that were.
  func acknowledge(
    rule: String, instrument: String?, by author: String?
  ) async throws(PluginError) -> Int

  /// The rules as they are written in files, by the order in which they were added.
  ///
  /// - Parameter owner: whose; nil for those of everybody.
  func rules(owner: String?) async throws(PluginError) -> [JSONValue]

  /// Adds a rule, or puts it in the place of an added one of its id. It stands in the log like a
  /// command.
  ///
  /// - Parameter rule: as it is written in files.
  func add(rule: JSONValue) async throws(PluginError)

  /// Removes a rule that was added. It stands in the log like a command.
  func remove(rule: String) async throws(PluginError)
}

extension CapabilityKey<any AlertBook> {
  /// States and history of alerts.
  public static var alertBook: Self {
    CapabilityKey(name: "alerts", providers: ["alerts"])
  }
}
