internal import AlertRules
internal import EngineCore
internal import Foundation

/// Reads the rules of a deployment: those of the configuration and those of files.
struct RuleFiles: Sendable {
  /// What tells whether a file has changed, without reading it.
  struct Mark: Sendable, Equatable {
    var path: String
    var size: Int64
    var changed: Double
  }

  /// What was read.
  struct Content: Sendable {
    var rules: [KeptRule]
    var marks: [Mark]
  }

  let paths: [String]
  let own: [AlertRule]

  /// - Parameters:
  ///   - paths: of the files.
  ///   - own: the rules of the configuration.
  init(paths: [String], own: [AlertRule]) {
    self.paths = paths
    self.own = own
  }

  /// How the files look from outside; one that is not there has no size.
  func marks() -> [Mark] {
    paths.map { path in
      let attributes = Self.attributes(path)
      let date = attributes?[.modificationDate] as? Date
      return Mark(
        path: path, size: (attributes?[.size] as? NSNumber)?.int64Value ?? -1,
        changed: date?.timeIntervalSince1970 ?? 0)
    }
  }

  /// Of the file that a path leads to, links or not.
  private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
    try? FileManager.default.attributesOfItem(
      atPath: (path as NSString).resolvingSymlinksInPath)
  }

  /// Reads and checks all; nothing is taken over when anything is wrong.
  func read() throws(PluginError) -> Content {
    // First: what is written meanwhile shows as a change later.
    let marks = marks()
    var rules = own.map {
      KeptRule(rule: $0, origin: .configuration, isEnabled: $0.enabled)
    }
    var faults: [String] = []
    for path in paths {
      do throws(ConfigurationError) {
        rules += try Self.read(path)
      } catch {
        faults += error.faults.map(\.description)
      }
    }
    var origins: [String: RuleOrigin] = [:]
    for rule in rules {
      if let first = origins.updateValue(rule.origin, forKey: rule.rule.id) {
        faults.append(
          "\(rule.origin.text): expected an id that no other rule has, found "
            + "\"\(rule.rule.id)\", which is in \(first.text) too")
      }
    }
    guard faults.isEmpty else {
      let shown = faults.prefix(20).joined(separator: "\n")
      throw PluginError(
        faults.count > 20 ? "\(shown)\n… and \(faults.count - 20) more" : shown,
        hint: "rules stay as they were")
    }
    return Content(rules: rules, marks: marks)
  }

  private static func read(_ path: String) throws(ConfigurationError) -> [KeptRule] {
    func fault(_ expected: String, _ found: String) -> ConfigurationError {
      ConfigurationError(faults: [
        ConfigurationFault(
          place: .text(file: path, .start), path: "", expected: expected, found: found)
      ])
    }
    // Before it is opened: a pipe would be waited for, a device never ends.
    let attributes = attributes(path)
    guard let type = attributes?[.type] as? FileAttributeType else {
      throw fault("a file that can be read", "none")
    }
    guard type == .typeRegular else {
      throw fault("a file", type == .typeDirectory ? "a folder" : "a pipe or a device")
    }
    let size = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
    guard size <= RecordFile.bytesMax else {
      throw fault("at most \(RecordFile.bytesMax) bytes", "\(size)")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw fault("a file that can be read", "one that cannot")
    }
    let rules = try RecordFile().read(
      [UInt8](data), file: path, member: "rules", as: AlertRule.self,
      most: AlertsSettings.rulesMax)
    return rules.map { KeptRule(rule: $0, origin: .file(path), isEnabled: $0.enabled) }
  }
}
