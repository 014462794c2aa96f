internal import AlertRules
internal import EngineCore

/// A change of the rules that files have: kept before it is made, so that whoever reads the log
/// again makes it at the same place.
struct RuleSetChange: Sendable, Equatable {
  /// Given by the store.
  var version: Int64 = 0
  var epoch: UInt64
  /// The position after which it is made; nil: where the command is that names its version.
  var after: UInt64?
  var set: [KeptRule]
  var removed: [String]
  /// What was defined when it was made at a start, announced or not: rules find these names.
  var instruments: UInt32 = 0
  var specs: UInt32 = 0

  var isEmpty: Bool { self.set.isEmpty && removed.isEmpty }

  /// The same in several changes, one after the other: so many rules each, what is removed first.
  func parts(of count: Int) -> [RuleSetChange] {
    guard self.set.count + removed.count > count else { return [self] }
    var none = self
    (none.set, none.removed) = ([], [])
    func parts<Element>(
      _ all: [Element], _ member: WritableKeyPath<RuleSetChange, [Element]>
    ) -> [RuleSetChange] {
      stride(from: 0, to: all.count, by: count).map { start in
        var part = none
        part[keyPath: member] = Array(all[start..<min(start + count, all.count)])
        return part
      }
    }
    return parts(removed, \.removed) + parts(self.set, \.set)
  }

  var json: JSONValue {
    .object([
      (
        "set",
        .array(
          self.set.map { .object([("origin", .string($0.origin.text)), ("rule", $0.rule.json)]) })
      ),
      ("removed", .array(removed.map { .string($0) })),
      ("instruments", .integer(instruments)), ("specs", .integer(specs)),
    ])
  }

  /// Reads what `json` has written; nil when it is something else.
  init?(version: Int64, epoch: UInt64, after: UInt64?, json: JSONValue) {
    guard let set = json["set"]?.array, let removed = json["removed"]?.array else { return nil }
    let rules = set.compactMap { entry -> KeptRule? in
      guard let origin = entry["origin"]?.string.flatMap(RuleOrigin.init),
        let rule = entry["rule"].flatMap(AlertRule.init(stored:))
      else { return nil }
      return KeptRule(rule: rule, origin: origin, isEnabled: rule.enabled)
    }
    guard rules.count == set.count else { return nil }
    self.init(
      version: version, epoch: epoch, after: after, set: rules,
      removed: removed.compactMap(\.string))
    instruments = UInt32(clamping: json["instruments"]?.int64 ?? 0)
    specs = UInt32(clamping: json["specs"]?.int64 ?? 0)
  }

  init(
    version: Int64 = 0, epoch: UInt64, after: UInt64?, set: [KeptRule], removed: [String]
  ) {
    self.version = version
    self.epoch = epoch
    self.after = after
    self.set = set
    self.removed = removed
  }
}

extension AlertRule {
  /// A rule that was checked when it was stored. Its limits may have been changed since: what is
  /// beyond them is told when it is compiled.
  init?(stored json: JSONValue) {
    guard let id = json["id"]?.string, let when = json["when"]?.string else { return nil }
    func nanos(_ name: String) -> Int64 {
      json[name]?.string.flatMap { text in
        do throws(UnitTextError) { return try DurationText.parse(text) } catch { return nil }
      } ?? 0
    }
    self.init(
      id: id, when: when, clear: json["clear"]?.string, hold: nanos("for"),
      cooldown: nanos("cooldown"), once: json["once"]?.bool ?? false,
      repeatEvery: nanos("repeat"),
      expires: json["expires"]?.string.flatMap(TimeText.parse).map {
        Timestamp(nanoseconds: $0)
      },
      severity: json["severity"]?.string.flatMap(AlertSeverity.init(name:)) ?? .warning,
      message: json["message"]?.string,
      notify: json["notify"]?.array?.compactMap(\.string) ?? [],
      notifyResolved: json["notify_resolved"]?.bool ?? false, group: nanos("group"),
      owner: json["owner"]?.string, enabled: json["enabled"]?.bool ?? true)
  }
}
