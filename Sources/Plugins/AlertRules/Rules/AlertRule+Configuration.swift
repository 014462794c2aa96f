public import EngineCore

/// Rules in files, commands and stores.
extension AlertRule: ConfigurationRecord {
  public static let keys: [ConfigurationKey] = [
    .required("id", .text(.ruleID), "Its name, unique among rules."),
    .required("when", .text(.notEmpty), "The condition under which it fires; see docs/alerts.md."),
    .optional(
      "clear", .text(.notEmpty), "The condition that ends it; without it, when \"when\" is false."),
    .key(
      "for", .duration(from: "0s", to: "366d"), default: "0s",
      "How long \"when\" must hold without a break before it fires."),
    .key(
      "cooldown", .duration(from: "0s", to: "366d"), default: "0s",
      "The least time from one firing to the next."),
    .key("once", .boolean, default: false, "Fires once for each instrument, then never again."),
    .optional(
      "repeat", .duration(from: "1s", to: "366d"),
      "Tells again so often while it fires and nobody has acknowledged it; without it never."),
    .optional("expires", .time, "When it ends for good."),
    .key(
      "severity", .choice(AlertSeverity.allCases.map(\.name)), default: "warning",
      "How much it matters."),
    .optional(
      "message", .text(.notEmpty),
      "What is told, with places such as {symbol}, {value} and {threshold}."),
    .key(
      "notify", .list(.text(.notEmpty), count: 0...16), default: [],
      "The channels that are told; without any, transitions happen and nobody is told."),
    .key("notify_resolved", .boolean, default: false, "Tells them, too, when it is over."),
    .key(
      "group", .duration(from: "0s", to: "366d"), default: "0s",
      "Firings within so long after the first are one notification."),
    .optional("owner", .text(.notEmpty), "Whom the limits count it for."),
    .optional(
      "note", .text(.notEmpty), "What a program keeps with the rule; it changes nothing."),
    .key("enabled", .boolean, default: true, "Whether it works."),
  ]

  public init(from object: inout ConfigurationObject) {
    self.init(id: object.string("id"), when: object.string("when"))
    clear = object.optionalString("clear")
    hold = object.durationNanos("for")
    cooldown = object.durationNanos("cooldown")
    once = object.boolean("once")
    repeatEvery = object.optionalDurationNanos("repeat") ?? 0
    expires = object.optionalTimeNanos("expires").map { Timestamp(nanoseconds: $0) }
    severity = AlertSeverity(name: object.string("severity")) ?? .warning
    message = object.optionalString("message")
    notify = object.strings("notify")
    notifyResolved = object.boolean("notify_resolved")
    group = object.durationNanos("group")
    owner = object.optionalString("owner")
    note = object.optionalString("note")
    enabled = object.boolean("enabled")
    check(&object)
  }

  /// What only the language can say; with the column in the text.
  private func check(_ object: inout ConfigurationObject) {
    do throws(AlertFaults) {
      _ = try CompiledAlertRule(self)
    } catch {
      for fault in error.faults {
        object.fault(
          at: fault.key, expected: fault.expected, found: fault.found,
          suggestion: fault.suggestion.map { "\"\($0)\"" }, column: fault.column)
      }
    }
  }

  /// As it is written in files: what has its default is left out.
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [("id", .string(id)), ("when", .string(when))]
    func add(_ name: String, nanos: Int64) {
      if nanos != 0 { members.append((name, .string(DurationText.format(nanos)))) }
    }
    if let clear { members.append(("clear", .string(clear))) }
    add("for", nanos: hold)
    add("cooldown", nanos: cooldown)
    if once { members.append(("once", .bool(true))) }
    add("repeat", nanos: repeatEvery)
    if let expires { members.append(("expires", .string(TimeText.format(expires.nanoseconds)))) }
    members.append(("severity", .string(severity.name)))
    if let message { members.append(("message", .string(message))) }
    if !notify.isEmpty { members.append(("notify", .array(notify.map { .string($0) }))) }
    if notifyResolved { members.append(("notify_resolved", .bool(true))) }
    add("group", nanos: group)
    if let owner { members.append(("owner", .string(owner))) }
    if let note { members.append(("note", .string(note))) }
    if !enabled { members.append(("enabled", .bool(false))) }
    return .object(members)
  }
}

extension TextRule {
  static let ruleID = TextRule(
    "1 to 64 letters, digits, \"-\", \"_\" and \".\"", pattern: "^[A-Za-z0-9_.-]{1,64}$"
  ) { text in
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
