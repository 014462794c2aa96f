internal import EngineCore

extension GeneratorSettings {
  /// What `set` may change while the generator runs.
  static let changeable = [
    "interval", "rate", "change_range", "drift", "volatility", "jump_intensity", "speed",
  ]

  /// These settings with the members of an object put in; nothing is changed when one is wrong.
  func changed(by arguments: JSONValue) throws(PluginError) -> GeneratorSettings {
    guard let members = arguments.object, !members.isEmpty else {
      throw PluginError(
        "expected an object with what to set, found \(arguments.text())",
        hint: "it may hold: \(Self.changeable.joined(separator: ", "))")
    }
    if arguments["interval"] != nil, arguments["rate"] != nil {
      throw PluginError("expected either an interval or a rate, found both")
    }
    var settings = self
    for member in members { try settings.set(member.name, member.value) }
    return settings
  }

  private mutating func set(_ name: String, _ value: JSONValue) throws(PluginError) {
    switch name {
    case "interval":
      if value.string == "max" {
        pace = .max
      } else if let text = value.string, let nanos = try? DurationText.parse(text),
        (1_000...86_400_000_000_000).contains(nanos)
      {
        pace = .interval(nanos)
      } else {
        throw Self.error(name, "\"max\" or a duration from \"1us\" to \"1d\"", value)
      }
    case "rate":
      guard let raw = Self.fixedPoint(value), raw >= 1, raw <= Self.rateMax * FixedPoint.scale
      else { throw Self.error(name, "a number above 0 and at most \(Self.rateMax)", value) }
      pace = .rate(raw: raw)
    case "change_range":
      guard let raw = Self.fixedPoint(value), raw >= 0 else {
        throw Self.error(name, "a number of at least 0", value)
      }
      changeRange = raw
    case "drift": brownian.drift = try Self.number(name, value, -10...10)
    case "volatility": brownian.volatility = try Self.number(name, value, 0...10)
    case "jump_intensity": brownian.jumpIntensity = try Self.number(name, value, 0...1e9)
    case "speed": reversionSpeed = try Self.number(name, value, 0...1e9)
    default:
      throw PluginError(
        "\"\(name)\" can't be set while it runs",
        hint: "what can: \(Self.changeable.joined(separator: ", "))")
    }
  }

  private static func fixedPoint(_ value: JSONValue) -> Int64? {
    guard let text = value.number?.text else { return nil }
    return try? FixedPoint.parse(Array(text.utf8).span)
  }

  private static func number(
    _ name: String, _ value: JSONValue, _ range: ClosedRange<Double>
  ) throws(PluginError) -> Double {
    guard let number = value.double, range.contains(number) else {
      throw error(name, "a number from \(range.lowerBound) to \(range.upperBound)", value)
    }
    return number
  }

  private static func error(_ name: String, _ expected: String, _ value: JSONValue) -> PluginError {
    PluginError("\(name): expected \(expected), found \(value.text())")
  }
}
