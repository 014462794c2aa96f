/// The log where it outlives the process: what the engine needs of it to go on after a restart, and
/// plugins to catch up. Any thread may use it.
public protocol LogStore: AnyObject, Sendable {
  /// Drawn when the log began; positions of another epoch mean nothing in it.
  var epoch: UInt64 { get }
  /// The oldest sequence that may still be there; 1 of an empty log.
  var firstSequence: UInt64 { get }
  /// The last sequence when the log was opened; 0 of an empty log.
  var lastSequence: UInt64 { get }
  /// The last sequence that was kept when the log was opened. Those behind it, if there are any,
  /// were passed over, as some that were lost may have had them.
  var lastKept: UInt64 { get }
  /// The last sequence that is kept by now, and stays kept when the process ends.
  var newestSequence: UInt64 { get }

  /// Calls once as soon as that sequence is kept, from any thread and maybe at once: for whoever
  /// keeps something that must not be ahead of the log.
  func whenKept(_ sequence: UInt64, _ body: @escaping @Sendable () -> Void)

  /// Every name that its events may use, in the order of the definitions.
  func names() throws(PluginError) -> [NamedDefinition]

  /// The position of the first event that happened at a time or later; the one after the last when
  /// there is none.
  func position(at time: Timestamp) throws(PluginError) -> UInt64

  /// Hands over what is kept of a range, in order, at least what is selected. What was not kept is
  /// left out or comes as an event of no kind; what cannot be read comes as a `gap` without a
  /// position of its own.
  ///
  /// - Parameter body: false to stop.
  func read(
    from first: UInt64, through last: UInt64, _ selection: LogSelection,
    _ body: (Span<Event>) -> Bool
  ) throws(PluginError)

  /// The engine has ended: nothing is recorded any more, and somebody else may go on.
  func close(now: Timestamp)
}

extension LogStore {
  /// Of a log that nothing is added to.
  public func whenKept(_ sequence: UInt64, _ body: @escaping @Sendable () -> Void) { body() }
}

/// A definition with the text that it refers to.
public struct NamedDefinition: Sendable, Equatable {
  public var definition: Definition
  public var name: String
  /// All that was known of an instrument.
  public var instrument: Instrument?

  public init(_ definition: Definition, name: String, instrument: Instrument? = nil) {
    self.definition = definition
    self.name = name
    self.instrument = instrument
  }
}
