public import EngineCore

/// Where and how a `MisbehavingPlugin` misbehaves.
public struct MisbehavingSettings: PluginSettings {
  /// What it does wrong.
  public enum Fault: String, Sendable, CaseIterable {
    case nothing, `throw`, hang, flood
  }

  static let calls = [
    "init", "start", "receive", "produce", "timer", "handle", "inbox", "paused", "reconfigure",
    "stop",
  ]

  public static let keys: [ConfigurationKey] = [
    .key("fault", .choice(of: Fault.self), default: "nothing", "What it does wrong."),
    .key("in", .choice(calls), default: "receive", "In which call."),
    .key("after", .integer(0...1_000_000), default: 0, "Calls of that kind that go well first."),
    .key("times", .integer(0...1_000_000), default: 1_000_000, "Calls that go wrong."),
    .key("events", .integer(0...1_000_000), default: 0, "Events a flood; 0: without end."),
    .key("reads", .boolean, default: true, "Whether it reads trades, without losses."),
    .key("asks", .boolean, default: false, "Whether it wants to be asked for events at once."),
    .key(
      "timers", .list(of: .duration(from: "1ms", to: "1h")), default: [], "Timers set at its start."
    ),
    .key("adapts", .boolean, default: false, "Whether it takes new settings while it runs."),
    .key("note", .string, default: "", "Something that can be changed."),
  ]

  public let fault: Fault
  public let call: String
  public let after: Int
  public let times: Int
  public let events: Int
  public let reads: Bool
  public let asks: Bool
  public let timers: [Int64]
  public let adapts: Bool
  public let note: String

  public init(from object: inout ConfigurationObject) {
    fault = object.choice("fault", as: Fault.self)
    call = object.string("in")
    after = Int(object.integer("after"))
    times = Int(object.integer("times"))
    events = Int(object.integer("events"))
    reads = object.boolean("reads")
    asks = object.boolean("asks")
    timers = object.list("timers").compactMap(\.durationNanos)
    adapts = object.boolean("adapts")
    note = object.string("note")
  }
}
