/// Which rule files are watched, and what they were when they were last read.
struct RuleFileWatch: Sendable {
  private(set) var files: RuleFiles
  var marks: [RuleFiles.Mark] = []
  /// Files are being read, or a change of theirs is on its way.
  var isBusy = false
  /// The last of the changes that are on their way.
  var lastVersion: Int64 = 0
  /// They are read even if they look the same: the configuration's own rules may have changed.
  var isForced = false
  /// What was last wrong with them: told once.
  var lastFault: String?

  init(_ settings: AlertsSettings) {
    files = RuleFiles(paths: settings.files, own: settings.rules)
  }

  mutating func take(_ settings: AlertsSettings) {
    files = RuleFiles(paths: settings.files, own: settings.rules)
    isForced = true
  }
}
