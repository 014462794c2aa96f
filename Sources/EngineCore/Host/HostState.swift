/// All that the host knows, guarded by its lock.
struct HostState {
  struct Entry {
    var blueprint: PluginBlueprint
    var supervisor: Supervisor
    var source: SourceID
    /// The instance that counts now; reports of others are late and mean nothing.
    var generation: UInt64 = 0
    var metrics = RunnerMetrics()
    var subscription: Subscription?
    var request: SubscriptionRequest?
    var isPaused = false
    var resumeAfter: ReaderPlace?
    var isRemoved = false
    /// Told once the plugin is neither starting nor stopping.
    var waiters: [@Sendable () -> Void] = []
    /// The stall that was reported last.
    var reportedStall: Int64 = 0
    var sample = Sample()
  }

  /// Figures of the last second or so.
  struct Sample {
    var nanos: Int64 = 0
    var eventsIn: UInt64 = 0
    var eventsOut: UInt64 = 0
    var inRate = 0.0
    var outRate = 0.0
    var hop: HistogramSnapshot?
    var hopP50: UInt64?
    var hopP99: UInt64?
  }

  /// A call that was under way at the last look.
  struct Watch {
    var call: UInt64
    var since: Int64
  }

  var entries: [String: Entry] = [:]
  /// Names in the order of starting.
  var order: [String] = []
  var lanes: [String: Lane] = [:]
  var watches: [String: Watch] = [:]
  var nextGeneration: UInt64 = 0
  var nextToken: UInt64 = 0
  /// Status events that found no room on the bus.
  var unsent: [Event] = []
  var isEnding = false
}
