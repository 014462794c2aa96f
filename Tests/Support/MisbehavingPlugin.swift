public import EngineCore

/// Throws, hangs or floods the bus in the call that its settings name, and is well-behaved in the
/// others. Its diary counts the calls of all its instances.
public final class MisbehavingPlugin: Plugin {
  public static let manifest = PluginManifest(
    kind: "misbehaving", summary: "Does what plugins should not do.", consumes: [.trade],
    produces: [.quote], isSource: true, commands: [PluginCommandDescription("any", "Any.")])

  private var settings: MisbehavingSettings
  private let context: PluginContext
  private let diary: PluginDiary
  /// Offers an answer once the gate has opened: what a hung call may still try.
  public static let lateAnswer = CapabilityKey<any CustomStringConvertible & Sendable>(
    name: "late answers", providers: ["misbehaving"])

  /// A message that makes it throw, whatever its settings are.
  public struct Crash: Sendable {
    public init() {}
  }

  public init(settings: MisbehavingSettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    diary = Diaries.of(context.catalog)[context.name]
    diary.made(context)
    try misbehaveWithoutOutput("init")
  }

  public var subscription: SubscriptionRequest? {
    settings.reads ? SubscriptionRequest(Interest(kinds: [.trade])) : nil
  }

  public func start() throws {
    for (index, nanos) in settings.timers.enumerated() {
      context.timers.schedule(TimerID(index + 1), at: context.clock.now().advanced(byNanos: nanos))
    }
    try misbehaveWithoutOutput("start")
  }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    try misbehave("receive", &output)
    diary.received(batch, keeps: true)
  }

  public func produce(publishing output: inout EventSink) throws -> Next {
    try misbehave("produce", &output)
    return settings.asks ? .now : .idle
  }

  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    try misbehave("timer", &output, "\(timer.raw)")
  }

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    try misbehave("handle", &output, command.name)
    return .string(command.name)
  }

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {
    if message is Crash { throw PluginError("crashed as it was told") }
    try misbehave("inbox", &output, "\(message)")
  }

  public func paused(_ isPaused: Bool) {
    try? misbehaveWithoutOutput("paused", "\(isPaused)")
  }

  public func reconfigure(_ settings: MisbehavingSettings) throws -> Bool {
    try misbehaveWithoutOutput("reconfigure", settings.note)
    if self.settings.adapts { self.settings = settings }
    return settings.adapts
  }

  public func stop(publishing output: inout EventSink) {
    try? misbehave("stop", &output)
  }

  // MARK: Misbehaving

  private func isDue(_ call: String, _ detail: String) -> Bool {
    let before = diary.called(call, detail)
    return call == settings.call && before >= settings.after
      && before < settings.after + settings.times
  }

  private func misbehaveWithoutOutput(_ call: String, _ detail: String = "") throws {
    guard isDue(call, detail) else { return }
    switch settings.fault {
    case .nothing, .flood: break
    case .throw: throw PluginError("threw in \(call)")
    case .hang: hang()
    }
  }

  private func misbehave(
    _ call: String, _ output: inout EventSink, _ detail: String = ""
  ) throws {
    guard isDue(call, detail) else { return }
    switch settings.fault {
    case .nothing: break
    case .throw: throw PluginError("threw in \(call)")
    case .hang:
      output.publish(Ticks.quote(1))
      hang()
      output.publish(Ticks.quote(2))
    case .flood: flood(&output)
    }
  }

  private func hang() {
    diary.gate.wait()
    context.offer("too late", as: Self.lateAnswer)
    diary.called("late")
  }

  private func flood(_ output: inout EventSink) {
    var number = 0
    while settings.events == 0 || number < settings.events {
      number += 1
      diary.published(output.publish(Ticks.quote(number)))
      if settings.events == 0, diary.gate.isOpen { return }
    }
  }
}
