/// Which rule files are watched, and what they were when they were last read.
struct RuleFileWatch: Sendable {
  private(set) var files: RuleFiles
  var marks: [RuleFiles.Mark] = []
  /// Files are being read, or what they change is being kept.
  var isReading = false
  /// Changes that are kept and not made yet, in the order in which they have to be made.
  private(set) var changes: [Int64] = []
  /// They are read even if they look the same: the configuration's own rules may have changed.
  var isForced = false
  /// What was last wrong with them: told once.
  var lastFault: String?

  var isBusy: Bool { isReading || !changes.isEmpty }

  init(_ settings: AlertsSettings) {
    files = RuleFiles(paths: settings.files, own: settings.rules)
  }

  mutating func take(_ settings: AlertsSettings) {
    files = RuleFiles(paths: settings.files, own: settings.rules)
    isForced = true
  }

  /// Changes are kept: gives the one that is to be made first.
  mutating func take(_ versions: [Int64]) -> Int64? {
    changes += versions
    return changes.first
  }

  /// One of them was made: gives the next.
  mutating func made(_ version: Int64) -> Int64? {
    guard changes.first == version else { return nil }
    changes.removeFirst()
    return changes.first
  }
}
