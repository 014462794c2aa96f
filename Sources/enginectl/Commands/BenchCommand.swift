import ArgumentParser
import BinaryProtocol
import EngineCore

/// `enginectl bench`
struct BenchCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Load a binary frontend of your own: events a second, and how late they come.",
    discussion: """
      Publishers send trades of BENCH1, BENCH2, …; subscribers take them. Latency is from when an \
      event should have been sent until it was received; without publishers, from when the engine \
      took it in, which needs both on one machine. Ends by itself.
      """)
  var pace: CommandPace { .stream }

  static let connectionsMax = 10_000

  @Option(help: "Connections that subscribe.")
  var subscribers = 1

  @Option(help: "Connections that publish; 0 measures what is there.")
  var publishers = 1

  @Option(
    help: ArgumentHelp(
      "Events a second of all publishers together, or max for as many as the server takes.",
      valueName: "rate"))
  var rate = RateArgument(rate: nil)

  @Option(help: ArgumentHelp("How long, at most 1h.", valueName: "duration"))
  var duration = DurationArgument(nanos: 10_000_000_000)

  @Option(
    help: ArgumentHelp(
      "What every subscriber takes, separated by commas. Default: trade.*", valueName: "subjects"))
  var subjects: String?

  @Flag(help: "Each subscriber takes one symbol instead, in turn.")
  var bySymbol = false

  @Option(help: "How many symbols are published.")
  var symbols = 10

  @Option(help: "Most events in a frame.")
  var batch = 64

  @Option(help: "What happens to a subscriber that is too slow.")
  var policy = FeedPolicy.disconnect

  @Option(
    help: ArgumentHelp("How long a record may wait for others.", valueName: "duration"))
  var flush: DurationArgument?

  @Flag(help: "Let the server compress.")
  var compress = false

  @Option(help: "Threads of this side.")
  var threads = 2

  @OptionGroup var common: CommonOptions

  func validate() throws {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
      guard !range.contains(value) else { return }
      throw ValidationError(
        "--\(name): expected \(range.lowerBound) to \(range.upperBound), found \(value)")
    }
    try check("subscribers", subscribers, 0...Self.connectionsMax)
    try check("publishers", publishers, 0...Self.connectionsMax)
    try check("symbols", symbols, 1...65_535)
    try check("batch", batch, 1...4_096)
    try check("threads", threads, 1...64)
    if subscribers + publishers == 0 { throw ValidationError("nobody subscribes or publishes") }
    if duration.nanos > 3_600_000_000_000 { throw ValidationError("--duration is at most 1h") }
    if bySymbol && subjects != nil {
      throw ValidationError("--subjects and --by-symbol exclude each other")
    }
    for subject in subjectList {
      do throws(SubjectError) {
        _ = try SubjectPattern(parsing: subject)
      } catch {
        throw ValidationError("--subjects: \(error)")
      }
    }
  }

  private var subjectList: [String] {
    (subjects ?? "trade.*").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// What is to be done; `pid` makes the source one of this run alone.
  func plan(token: String?, pid: Int32) -> BenchPlan {
    var plan = BenchPlan()
    plan.subscribers = subscribers
    plan.publishers = publishers
    plan.rate = rate.rate
    plan.durationNanos = duration.nanos
    plan.subjects = subjectList
    plan.splitsSymbols = bySymbol
    plan.symbols = symbols
    plan.batch = batch
    plan.policy = policy.policy
    plan.isCompressed = compress
    plan.flushNanos = flush?.nanos ?? 0
    plan.source = "bench-\(pid)"
    plan.token = token
    return plan
  }

  func perform(in session: Session) async throws(ControlError) {
    let place = try common.place(in: session.environment)
    let plan = plan(token: place.token, pid: System.processID)
    let threads = min(threads, subscribers + publishers)
    let report = try await session.limited("bench") {
      () async -> Result<BenchReport, ControlError> in
      do throws(ControlError) {
        return .success(try await BenchRun(plan, place, threads: threads).perform())
      } catch {
        return .failure(error)
      }
    }
    if session.output.isJSON {
      try session.output.json(report.json)
    } else {
      try session.output.lines(report.lines(style: session.output.style))
    }
    if !report.failures.isEmpty || report.published.rejected > 0 { throw .told }
  }
}
