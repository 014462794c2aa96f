internal import AlertRules
internal import EngineCore

/// Texts of what is kept whole. Numbers are exact: raw values, nanoseconds.
enum DeskCodec {
  /// As long as any text that the store takes: what was written can be read.
  static let reader = JSONReader(sizeMaximum: 1 << 30)

  static func text(_ desk: KeptDesk) -> String {
    JSONValue.object([
      ("clock", .integer(desk.clock)),
      ("silences", .array(desk.silences.map(json))),
      (
        "owners",
        .array(
          desk.owners.map {
            .array([
              .string($0.name), .integer($0.windowStart), .integer($0.notifications),
            ])
          })
      ),
      ("groups", .array(desk.groups.map(json))),
      (
        "retired",
        .array(
          desk.retired.sorted { $0.key < $1.key }.map {
            .array([.string($0.key), .integer($0.value)])
          })
      ), ("retired_floor", .integer(desk.retiredFloor)),
    ]).text()
  }

  /// Nil when it is not what `text` has written.
  static func desk(_ text: String) -> KeptDesk? {
    guard let json = try? reader.read(text), let clock = json["clock"]?.int64,
      let silences = json["silences"]?.array, let owners = json["owners"]?.array,
      let groups = json["groups"]?.array, let retired = json["retired"]?.array
    else { return nil }
    var desk = KeptDesk()
    desk.clock = clock
    desk.silences = silences.compactMap(silence)
    desk.groups = groups.compactMap(group)
    desk.retiredFloor = number(json["retired_floor"]) ?? 0
    for entry in owners {
      guard let parts = entry.array, parts.count == 3, let name = parts[0].string,
        let start = parts[1].int64, let count = parts[2].int64
      else { return nil }
      desk.owners.append(
        AlertCheckpoint.Owner(
          name: name, windowStart: start, notifications: UInt32(clamping: count)))
    }
    for entry in retired {
      guard let parts = entry.array, parts.count == 2, let rule = parts[0].string,
        let generation = parts[1].int64
      else { return nil }
      desk.retired[rule] = UInt32(clamping: generation)
    }
    guard desk.silences.count == silences.count, desk.groups.count == groups.count else {
      return nil
    }
    return desk
  }

  // MARK: Silences

  static func json(_ silence: AlertSilence) -> JSONValue {
    .object([
      ("id", .string(silence.id)), ("rule", .optional(silence.rule)),
      ("instrument", .optional(silence.instrument)), ("owner", .optional(silence.owner)),
      ("severity_max", .optional(silence.severityMax?.name)),
      ("until", .integer(silence.until.nanoseconds)), ("author", .optional(silence.author)),
      ("comment", .optional(silence.comment)),
    ])
  }

  private static func silence(_ json: JSONValue) -> AlertSilence? {
    guard let id = json["id"]?.string, let until = json["until"]?.int64 else { return nil }
    return AlertSilence(
      id: id, rule: json["rule"]?.string, instrument: json["instrument"]?.string,
      owner: json["owner"]?.string,
      severityMax: json["severity_max"]?.string.flatMap(AlertSeverity.init(name:)),
      until: Timestamp(nanoseconds: until), author: json["author"]?.string,
      comment: json["comment"]?.string)
  }

  // MARK: Groups

  private static func json(_ group: KeptDesk.Group) -> JSONValue {
    .object([
      ("rule", .string(group.rule)), ("instrument", .string(group.instrument)),
      ("kind", .integer(group.kind.rawValue)), ("generation", .integer(group.generation)),
      ("number", .integer(group.number)), ("more", .integer(group.more)),
      ("due", .integer(group.due)), ("members", .array(group.members.map(json))),
    ])
  }

  private static func group(_ json: JSONValue) -> KeptDesk.Group? {
    guard let rule = json["rule"]?.string, let instrument = json["instrument"]?.string,
      let kind = number(json["kind"]).flatMap(AlertNotification.Kind.init(rawValue:)),
      let generation: UInt32 = number(json["generation"]),
      let number: UInt32 = number(json["number"]), let more: UInt32 = Self.number(json["more"]),
      let due = json["due"]?.int64, let members = json["members"]?.array
    else { return nil }
    let transitions = members.compactMap(transition)
    guard transitions.count == members.count else { return nil }
    return KeptDesk.Group(
      rule: rule, instrument: instrument, kind: kind, generation: generation, number: number,
      more: more, due: due, members: transitions)
  }

  // MARK: Transitions

  private static func json(_ kept: KeptTransition) -> JSONValue {
    let transition = kept.transition
    let numbers: [Int64] = [
      Int64(transition.from.rawValue), Int64(transition.to.rawValue),
      Int64(transition.reason.rawValue), Int64(transition.severity.rawValue),
      Int64(transition.delivery.rawValue), transition.isFlapping ? 1 : 0,
      Int64(transition.generation), Int64(transition.suppressed), transition.value,
      transition.threshold, Int64(transition.unit.rawValue), transition.time.nanoseconds,
      transition.since.nanoseconds, Int64(bitPattern: transition.cause),
      Int64(bitPattern: kept.number), Int64(bitPattern: kept.epoch),
    ]
    return .array(
      [.string(kept.rule), .string(kept.instrument), .string(kept.message)]
        + numbers.map { .integer($0) })
  }

  private static func transition(_ json: JSONValue) -> KeptTransition? {
    guard let parts = json.array, parts.count == 19, let rule = parts[0].string,
      let instrument = parts[1].string, let message = parts[2].string
    else { return nil }
    let numbers = parts.dropFirst(3).compactMap(\.int64)
    guard numbers.count == 16, let transition = Self.transition(Array(numbers.prefix(14))) else {
      return nil
    }
    return KeptTransition(
      number: UInt64(bitPattern: numbers[14]), epoch: UInt64(bitPattern: numbers[15]), rule: rule,
      instrument: instrument, transition: transition, message: message)
  }

  /// A transition of its fourteen numbers, in the order of the columns of `history`.
  static func transition(_ numbers: [Int64]) -> AlertTransition? {
    guard numbers.count == 14, let from = AlertState(rawValue: UInt8(clamping: numbers[0])),
      let to = AlertState(rawValue: UInt8(clamping: numbers[1])),
      let reason = AlertReason(rawValue: UInt8(clamping: numbers[2])),
      let severity = AlertSeverity(rawValue: UInt8(clamping: numbers[3])),
      let delivery = AlertDelivery(rawValue: UInt8(clamping: numbers[4])),
      let unit = AlertUnit(rawValue: UInt8(clamping: numbers[10]))
    else { return nil }
    return AlertTransition(
      rule: RuleID(0), instrument: .none, from: from, to: to, reason: reason, severity: severity,
      delivery: delivery, isFlapping: numbers[5] != 0, generation: UInt32(clamping: numbers[6]),
      suppressed: UInt32(clamping: numbers[7]), value: numbers[8], threshold: numbers[9],
      unit: unit, time: Timestamp(nanoseconds: numbers[11]),
      since: Timestamp(nanoseconds: numbers[12]), cause: UInt64(bitPattern: numbers[13]))
  }

  private static func number<Number: FixedWidthInteger>(_ json: JSONValue?) -> Number? {
    json?.int64.flatMap { Number(exactly: $0) }
  }

  // MARK: Records, for outboxes

  static func text(_ records: [AlertRecord]) -> String {
    JSONValue.array(records.map(\.json)).text()
  }

  static func records(_ text: String) -> [AlertRecord] {
    guard let list = (try? reader.read(text))?.array else { return [] }
    return list.compactMap(record)
  }

  private static func record(_ json: JSONValue) -> AlertRecord? {
    func text(_ name: String) -> String { json[name]?.string ?? "" }
    func state(_ name: String) -> AlertState? {
      AlertState.allCases.first { "\($0)" == text(name) }
    }
    func time(_ name: String) -> Timestamp {
      TimeText.parse(text(name)).map { Timestamp(nanoseconds: $0) } ?? .distantPast
    }
    guard let from = state("from"), let to = state("to") else { return nil }
    return AlertRecord(
      number: number(json["number"]) ?? 0, rule: text("rule"), instrument: text("symbol"),
      from: from, to: to, reason: text("reason"), severity: text("severity"),
      delivery: text("delivery"), isFlapping: json["flapping"]?.bool ?? false,
      generation: number(json["generation"]) ?? 0, suppressed: number(json["suppressed"]) ?? 0,
      value: text("value"), threshold: text("threshold"), time: time("time"),
      since: time("since"), epoch: UInt64(text("epoch")) ?? 0, cause: number(json["cause"]) ?? 0,
      message: text("message"))
  }
}
