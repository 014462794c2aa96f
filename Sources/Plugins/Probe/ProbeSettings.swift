public import EngineCore

/// Settings of a probe.
public struct ProbeSettings: PluginSettings {
  public static let keys: [ConfigurationKey] = [
    .key(
      "subjects", .list(of: .subject, atMost: 256), default: [">"],
      "What it reads, such as `trade.>`."),
    .key(
      "policy", .choice(["lossless", "drop-oldest", "conflate", "disconnect"]),
      default: "lossless", "What happens when it is slower than the bus."),
    .key(
      "checksum", .boolean, default: false,
      "Adds up a checksum of everything it reads, to compare two runs."),
    .optional(
      "report", .duration(from: "100ms", to: "1d"),
      "Logs its counts this often; without it, only when it stops."),
    .optional(
      "expect", .integer(atLeast: 1),
      "Logs the time that this many events took, once they have arrived."),
  ]

  public let subjects: [String]
  public let policy: DeliveryPolicy
  public let isChecksumming: Bool
  public let reportNanos: Int64?
  public let expected: Int64?

  public init(from object: inout ConfigurationObject) {
    subjects = object.strings("subjects")
    policy = DeliveryPolicy(rawValue: object.string("policy")) ?? .lossless
    isChecksumming = object.boolean("checksum")
    reportNanos = object.optionalDurationNanos("report")
    expected = object.optionalInteger("expect")
    for (index, text) in subjects.enumerated() {
      do throws(SubjectError) {
        _ = try SubjectPattern(parsing: text)
      } catch {
        object.fault(at: "subjects[\(index)]", expected: error.expected)
      }
    }
  }
}
