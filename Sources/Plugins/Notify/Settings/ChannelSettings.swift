internal import EngineCore
internal import Notifications

/// A way to tell somebody: where messages go, and how often, when and in what order.
struct ChannelSettings: ConfigurationRecord {
  static let keys: [ConfigurationKey] =
    [
      .required("name", .text(.channel), "What rules call it in `notify`."),
      .optional("webhook", .record(WebhookSettings.self), "JSON over HTTP."),
      .optional("email", .record(EmailSettings.self), "A mail."),
      .optional(
        "alertmanager", .record(AlertmanagerSettings.self), "A Prometheus Alertmanager."),
      .optional("ntfy", .record(NtfySettings.self), "A push message, in the way of ntfy."),
      .optional("command", .record(CommandSettings.self), "A program that is run."),
      .optional("log", .record(LogFileSettings.self), "A line in a file."),
    ] + sending

  private static let sending: [ConfigurationKey] = [
    .key(
      "minimum", .choice(of: NotificationSeverity.self), default: "info",
      "What is less grave is not told here."),
    .optional("quiet", .record(QuietSettings.self), "Hours in which only what is grave is told."),
    .optional("rate", .text(.rate), "Messages at most: `30 per 1m`; the others wait."),
    .key(
      "concurrency", .integer(1...16), default: 4, "Messages under way at a time, over all rules."),
    .key(
      "order", .choice(of: SendingOrder.self), default: "rule",
      "What is never overtaken: notifications of one rule, or of one rule and instrument."),
    .key(
      "group", .duration(from: "0s", to: "1d"), default: "0s",
      "What comes within so long after the first is one message; 0s: each is its own."),
    .key("group_max", .integer(1...1000), default: 100, "Notifications in such a message at most."),
    .key(
      "timeout", .duration(from: "100ms", to: "10m"), default: "10s",
      "Time for a message to be taken."),
    .key(
      "retry", .duration(from: "1ms", to: "1h"), default: "1s",
      "Longest wait after the first failure; it doubles with each, and a part of it is chosen by chance."
    ),
    .key("retry_max", .duration(from: "1ms", to: "1d"), default: "5m", "Longest wait of all."),
    .key(
      "give_up", .duration(from: "1s", to: "365d"), default: "1d",
      "A notification that fails and is older than this is given up: `notify dead` shows it."),
    .key(
      "queue", .integer(10...100_000), default: 1000,
      "Notifications in memory at most; the others wait in the outbox."),
  ]

  let name: String
  let target: ChannelTarget
  let policy: SendingPolicy
  let timeoutNanos: Int64
  /// Texts that are shown to nobody.
  let secrets: [String]
  /// Keys whose secrets stand there as they are, and not by reference.
  let literalSecrets: [String]

  init(from object: inout ConfigurationObject) {
    name = object.string("name")
    target = ChannelTarget(from: &object)
    timeoutNanos = object.durationNanos("timeout")
    secrets = SecretTexts.of(object)
    literalSecrets = SecretTexts.literal(in: object)
    policy = Self.policy(&object)
  }

  private static func policy(_ object: inout ConfigurationObject) -> SendingPolicy {
    var policy = SendingPolicy()
    policy.queueMax = Int(object.integer("queue"))
    policy.concurrency = Int(object.integer("concurrency"))
    policy.rate = object.optionalString("rate").flatMap { SendingRate(parsing: $0) }
    policy.backoff = Backoff(
      firstNanos: object.durationNanos("retry"), mostNanos: object.durationNanos("retry_max"))
    policy.giveUpNanos = object.durationNanos("give_up")
    policy.groupNanos = object.durationNanos("group")
    policy.groupMax = Int(object.integer("group_max"))
    policy.minimum = object.choice("minimum", as: NotificationSeverity.self)
    policy.quiet = object.optionalRecord("quiet", as: QuietSettings.self)?.hours
    policy.order = object.choice("order", as: SendingOrder.self)
    return policy
  }
}
