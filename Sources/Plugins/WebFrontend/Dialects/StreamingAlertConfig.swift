internal import EngineCore

/// An alert as clients of the market data streaming system write it, and the rule that it comes to.
struct StreamingAlertConfig {
  struct Fault: Error {
    var text: String
    init(_ text: String) { self.text = text }
  }

  private enum Kind: String, CaseIterable {
    case priceAbove = "price_above"
    case priceBelow = "price_below"
    case percentageChange = "percentage_change"
    case volumeSpike = "volume_spike"
    case movingAverage = "moving_average"
  }

  /// What such an alert has to have, and may have.
  static let schema = RouteSchema.object([
    RouteSchema.member("symbol", .word), RouteSchema.member("user_id", .word),
    RouteSchema.member("alert_type", .choice(Kind.allCases.map(\.rawValue))),
    RouteSchema.optional("threshold_value", .nullable(.number)),
    RouteSchema.optional("percentage_threshold", .nullable(.number)),
    RouteSchema.optional("is_active", .nullable(.boolean)),
    RouteSchema.optional("email_notification", .nullable(.boolean)),
    RouteSchema.optional("push_notification", .nullable(.boolean)),
    RouteSchema.optional("expires_at", .nullable(.word)),
    RouteSchema.optional("webhook_url", .nullable(.word)),
    RouteSchema.optional("custom_message", .nullable(.word)),
  ])

  /// Bars that a moving average and a usual volume are made of.
  private static let barsUsual = "20"

  let symbol: String
  /// With all keys that such an alert has, and its id.
  let alert: JSONValue
  private let kind: Kind
  private let threshold: String?
  private let percentage: String?

  /// Reads an alert that is to be created.
  init(_ body: JSONValue, at now: Timestamp) throws(Fault) {
    guard body.object != nil else {
      throw Fault("expected an object in the body, found \(body.summary)")
    }
    symbol = try Self.text("symbol", body)
    let user = try Self.text("user_id", body)
    let type = try Self.text("alert_type", body)
    guard let kind = Kind(rawValue: type.lowercased()) else {
      let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault("alert_type: expected one of \(names), found \"\(type)\"")
    }
    self.kind = kind
    threshold = try Self.number("threshold_value", body)
    percentage = try Self.number("percentage_threshold", body)
    let isPrice = kind == .priceAbove || kind == .priceBelow
    if isPrice, threshold == nil { throw Fault("threshold_value: expected a number") }
    if kind == .percentageChange, percentage ?? threshold == nil {
      throw Fault("percentage_threshold: expected a number")
    }
    let id = "\(type.lowercased())-\(String(now.nanoseconds, radix: 36))"
    var members: [(String, JSONValue)] = [
      ("id", .string(id)), ("user_id", .string(user)), ("symbol", .string(symbol)),
      ("alert_type", .string(kind.rawValue)),
      ("threshold_value", threshold.map { .decimal($0) } ?? .null),
      ("percentage_threshold", percentage.map { .decimal($0) } ?? .null),
    ]
    for (name, usual) in [
      ("is_active", true), ("email_notification", true), ("push_notification", false),
    ] {
      members.append((name, .bool(try Self.flag(name, body) ?? usual)))
    }
    for name in ["expires_at", "webhook_url", "custom_message"] {
      members.append((name, .optional(try Self.optionalText(name, body))))
    }
    members += [("created_at", .string("\(now)")), ("updated_at", .string("\(now)"))]
    alert = .object(members)
  }

  // MARK: Rules

  /// As the plugin `alerts` takes it. Channels are named by what clients call them.
  var rule: JSONValue {
    var channels: [JSONValue] = []
    if alert["email_notification"]?.bool == true { channels.append(.string("email")) }
    if alert["push_notification"]?.bool == true { channels.append(.string("push")) }
    if alert["webhook_url"]?.string != nil { channels.append(.string("webhook")) }
    var members: [(String, JSONValue)] = [
      ("id", alert["id"] ?? .null), ("when", .string(condition)),
      ("owner", alert["user_id"] ?? .null), ("notify", .array(channels)),
      ("enabled", alert["is_active"] ?? .bool(true)), ("note", .string(alert.text())),
    ]
    if let expires = alert["expires_at"]?.string { members.append(("expires", .string(expires))) }
    if let text = alert["custom_message"]?.string {
      let template = text.replacing("{", with: "{{").replacing("}", with: "}}")
      members.append(("message", .string(template)))
    }
    return .object(members)
  }

  private var condition: String {
    let isWord = symbol.wholeMatch(of: /[A-Za-z][A-Za-z0-9_]*/) != nil
    let key = isWord ? symbol : JSONValue.string(symbol).text()
    let threshold = threshold ?? ""
    switch kind {
    case .priceAbove: return "price(\(key)) > \(threshold)"
    case .priceBelow: return "price(\(key)) < \(threshold)"
    case .percentageChange:
      return "abs(change(\(key), 1d)) >= \(percentage ?? threshold)%"
    case .volumeSpike:
      let times = threshold.isEmpty ? "2" : threshold
      let usual = "mean(volume(\(key), 1m), \(Self.barsUsual))"
      return "volume(\(key), 1m) > \(usual) * \(times)"
    case .movingAverage:
      let bars = threshold.isEmpty ? Self.barsUsual : threshold
      return "price(\(key)) crosses sma(\(key), 1m, \(bars))"
    }
  }

  /// The alert that a rule was made of; nil for a rule of somebody else.
  static func alert(of rule: JSONValue) -> JSONValue? {
    guard let note = rule["note"]?.string,
      let alert = try? JSONReader(depthMaximum: 4).read(Array(note.utf8)),
      alert["id"]?.string == rule["id"]?.string, alert["alert_type"] != nil
    else { return nil }
    let isActive = rule["enabled"]?.bool ?? true
    return .object(
      (alert.object ?? []).map { member in
        (member.name, member.name == "is_active" ? .bool(isActive) : member.value)
      })
  }

  // MARK: Members

  private static func optionalText(
    _ name: String, _ body: JSONValue
  ) throws(Fault) -> String? {
    guard let value = body[name], !value.isNull else { return nil }
    guard let text = value.string, !text.isEmpty, text.utf8.count <= 500 else {
      throw Fault("\(name): expected a text of 1 to 500 bytes, found \(value.summary)")
    }
    return text
  }

  private static func text(_ name: String, _ body: JSONValue) throws(Fault) -> String {
    if let text = try optionalText(name, body) { return text }
    throw Fault("\(name): expected a text, found nothing")
  }

  private static func number(_ name: String, _ body: JSONValue) throws(Fault) -> String? {
    guard let value = body[name], !value.isNull else { return nil }
    guard let text = value.number?.text else {
      throw Fault("\(name): expected a number, found \(value.summary)")
    }
    do throws(FixedPointError) {
      return try Price(text).text()
    } catch {
      throw Fault("\(name): \(error)")
    }
  }

  private static func flag(_ name: String, _ body: JSONValue) throws(Fault) -> Bool? {
    guard let value = body[name], !value.isNull else { return nil }
    guard let flag = value.bool else {
      throw Fault("\(name): expected true or false, found \(value.summary)")
    }
    return flag
  }
}
