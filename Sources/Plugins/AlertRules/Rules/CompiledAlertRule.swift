public import EngineCore

/// A rule that was checked in every part and is ready for an engine.
public struct CompiledAlertRule: Sendable {
  public let rule: AlertRule
  public let when: AlertCondition
  public let clear: AlertCondition?
  public let template: AlertTemplate
  let program: AlertProgram

  /// What `when` and `clear` read, each once.
  public var terms: [AlertTerm] { program.terms }
  public var selector: AlertSelector { when.selector }
  /// The bars that it needs.
  public var specs: [BarSpec] {
    var all = when.specs
    for spec in clear?.specs ?? [] where !all.contains(spec) { all.append(spec) }
    return all
  }

  /// Checks all of a rule, so that every fault is told at once.
  public init(
    _ rule: AlertRule, names: AlertNames = .any, limits: AlertLimits = .standard
  ) throws(AlertFaults) {
    var faults: [AlertFault] = []
    func check<Value>(_ key: String, _ body: () throws(AlertFault) -> Value) -> Value? {
      do throws(AlertFault) {
        return try body()
      } catch {
        faults.append(error.inKey(key))
        return nil
      }
    }
    let when = check("when") { () throws(AlertFault) in
      try AlertCondition(parsing: rule.when, names: names, limits: limits)
    }
    let clear = rule.clear.flatMap { text in
      check("clear") { () throws(AlertFault) in
        try AlertCondition(parsing: text, names: names, limits: limits)
      }
    }
    let template = check("message") { () throws(AlertFault) in
      try rule.message.map { text throws(AlertFault) in
        guard text.unicodeScalars.count <= limits.messageMax else {
          throw AlertFault(
            column: limits.messageMax + 1, expected: "at most \(limits.messageMax) characters",
            found: "\(text.unicodeScalars.count)")
        }
        return try AlertTemplate(parsing: text)
      } ?? .usual
    }
    faults += Self.faults(of: rule, when, clear, names, limits)
    guard faults.isEmpty, let when, let template else {
      throw AlertFaults(rule: rule.id, faults: faults)
    }
    self.rule = rule
    self.when = when
    self.clear = clear
    self.template = template
    program = AlertProgram(when: when, clear: clear)
  }

  /// What is wrong beside the texts of conditions.
  private static func faults(
    of rule: AlertRule, _ when: AlertCondition?, _ clear: AlertCondition?, _ names: AlertNames,
    _ limits: AlertLimits
  ) -> [AlertFault] {
    var faults: [AlertFault] = []
    func add(_ key: String, _ expected: String, _ found: String, _ near: String? = nil) {
      faults.append(
        AlertFault(key: key, column: 0, expected: expected, found: found, suggestion: near))
    }
    let isName = { (text: String) in
      (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
          UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_.".utf8.contains(byte)
            || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        }
    }
    if !isName(rule.id) {
      add("id", "1 to 64 letters, digits, \"-\", \"_\" and \".\"", "\"\(rule.id)\"")
    }
    if let when, let clear, when.selector != clear.selector {
      add("clear", "the instruments of \"when\": \(when.selector)", "\(clear.selector)")
    }
    if rule.hold > 0, when?.isPulse == true {
      add(
        "for", "no duration: what \"when\" says is true for one event only",
        DurationText.format(rule.hold))
    }
    for (key, nanos) in [
      ("for", rule.hold), ("cooldown", rule.cooldown), ("repeat", rule.repeatEvery),
      ("group", rule.group),
    ] where nanos < 0 || nanos > limits.durationMax {
      add(
        key, "a duration from 0s to \(DurationText.format(limits.durationMax))",
        DurationText.format(nanos))
    }
    if rule.repeatEvery > 0, rule.repeatEvery < 1_000_000_000 {
      add("repeat", "a duration of 1s or more", DurationText.format(rule.repeatEvery))
    }
    if rule.notify.count > limits.notifyMax {
      add("notify", "at most \(limits.notifyMax) channels", "\(rule.notify.count)")
    }
    if rule.notify.count != Set(rule.notify).count {
      add("notify", "each channel once", rule.notify.joined(separator: ", "))
    }
    for channel in rule.notify {
      if let known = names.channels, !known.contains(channel) {
        add("notify", "a known channel", "\"\(channel)\"", Spelling.nearest(to: channel, in: known))
      }
    }
    if let owner = rule.owner, !(1...128).contains(owner.utf8.count) {
      add("owner", "a name of 1 to 128 characters", "\(owner.utf8.count)")
    }
    return faults
  }
}
