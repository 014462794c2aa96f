/// The life of one instance of a plugin, as the log tells it.
struct RerunLife: Sendable, Equatable {
  /// The last position of the log when it was started.
  var after: UInt64
  /// False when the log does not go back to its start.
  var isKnown = true
  /// Through which position it had read when it stopped; nil when nobody asked it to.
  var readThrough: UInt64?
  /// Where the log tells of its end, or of the start of the next one.
  var ended: UInt64 = .max
  /// From where on it cannot be known what it did, and why.
  var doubtFrom: UInt64 = .max
  var doubt = ""
  /// Where the log tells that something it published found no room.
  var refusals: [UInt64] = []
}

/// The lives of all plugins that are run again, by the status events of the log.
struct RerunTimeline {
  private(set) var lives: [String: [RerunLife]] = [:]
  private var isUp: Set<String> = []
  private var isAfterCrash: Set<String> = []

  /// Reads what the log tells of plugins, and little else.
  init(
    _ store: any LogStore, through last: UInt64, names: Set<String>, catalog: Catalog
  ) throws(PluginError) {
    if store.firstSequence > 1 {
      // Whoever ran before the log begins may be running then.
      for name in names {
        lives[name] = [RerunLife(after: 0, isKnown: false)]
        isUp.insert(name)
      }
    }
    let selection = LogSelection(kinds: [.status, .gap], instrument: nil)
    var timeline = self
    try store.read(from: store.firstSequence, through: last, selection) { events in
      for index in 0..<events.count where events[index].sequence > 0 {
        timeline.take(events[index], names, catalog)
      }
      return true
    }
    self = timeline
  }

  private mutating func take(_ event: Event, _ names: Set<String>, _ catalog: Catalog) {
    if event.kindCode == EventKind.gap.rawValue {
      guard event.gap.reason == .refused, let name = catalog.text(event.gap.subscriber),
        isUp.contains(name)
      else { return }
      change(name) { $0.refusals.append(event.sequence) }
    }
    guard event.kindCode == EventKind.status.rawValue else { return }
    let status = event.status
    guard status.scope == .plugin, let name = catalog.text(status.subject), names.contains(name)
    else { return }
    take(status, of: name, at: event.sequence)
  }

  private mutating func take(_ status: Status, of name: String, at sequence: UInt64) {
    switch status.code {
    case .starting:
      // Without an end before: the process ended.
      end(name, at: sequence)
      let isAfterCrash = status.previous == .backoff || status.previous == .failed
      if isAfterCrash { self.isAfterCrash.insert(name) } else { self.isAfterCrash.remove(name) }
    case .running where status.previous != .paused:
      var life = RerunLife(after: status.position)
      if isAfterCrash.contains(name) {
        life.doubtFrom = 0
        life.doubt = "it was started again after a crash"
      }
      end(name, at: sequence)
      lives[name, default: []].append(life)
      isUp.insert(name)
    case .paused where isUp.contains(name):
      change(name) { life in
        guard life.doubtFrom == .max else { return }
        life.doubtFrom = sequence
        life.doubt = "it was paused"
      }
    case .stopped:
      if isUp.contains(name), status.position > 0 {
        change(name) { $0.readThrough = status.position }
      }
      end(name, at: sequence)
    case .backoff, .failed: end(name, at: sequence)
    default: break
    }
  }

  private mutating func end(_ name: String, at sequence: UInt64) {
    guard isUp.remove(name) != nil else { return }
    change(name) { $0.ended = sequence }
  }

  private mutating func change(_ name: String, _ body: (inout RerunLife) -> Void) {
    guard var all = lives[name], !all.isEmpty else { return }
    body(&all[all.count - 1])
    lives[name] = all
  }

  /// The lives that matter from a position on: the one that is under way there, and those after it.
  func lives(of name: String, from first: UInt64) -> [RerunLife] {
    let all = lives[name] ?? []
    let begin = all.lastIndex { $0.after < first } ?? 0
    return all[begin...].filter { $0.ended >= first }
  }
}
