import ArgumentParser
import BinaryProtocol
import EngineCore
import JournalFiles

/// `enginectl replay`
struct ReplayCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Publish what a journal holds of a time into an engine: the same one or another.",
    discussion: """
      enginectl replay --folder copy --from 2014-05-02 --to 2014-05-03 --speed 10

      Trades and quotes go in with their own times; what is made of them, such as bars, the engine \
      makes anew. --address is the binary frontend \
      to publish to; --source tells replayed events from others.

      enginectl replay --verify --from 2014-05-02

      Publishes nothing: the engine runs its own journal through its plugins once more, and \
      compares every derived event with the recorded one, bit for bit. The exit code is 1 at the \
      first difference, which is shown.
      """)
  var pace: CommandPace { .stream }

  @Option(
    help: ArgumentHelp("Begin with this position or time. Default: the oldest.", valueName: "start")
  )
  var from: JournalBound?

  @Option(
    help: ArgumentHelp("End before this position or time. Default: the newest.", valueName: "end"))
  var to: JournalBound?

  @Option(help: ArgumentHelp("How many times as fast as it happened, or max.", valueName: "factor"))
  var speed = ReplayPace.max

  @Option(
    help: ArgumentHelp("Only this instrument; may be given more than once.", valueName: "symbol"))
  var symbol: [String] = []

  @Option(help: "Under which name the engine shows the events.")
  var source = "replay"

  @Flag(help: "Publish nothing; have the engine compare what it derives with what is recorded.")
  var verify = false

  @Option(
    help: ArgumentHelp(
      "With --verify: only this plugin; may be given more than once.", valueName: "name"))
  var plugin: [String] = []

  @OptionGroup var target: JournalTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if verify, target.folder != nil || !symbol.isEmpty || speed != .max {
      throw ValidationError("--verify is about all of the running engine's journal, at full speed")
    }
    if !verify, !plugin.isEmpty { throw ValidationError("--plugin goes with --verify") }
    if !(1...PublishRequest.nameBytesMax).contains(source.utf8.count) {
      throw ValidationError("--source has 1 to \(PublishRequest.nameBytesMax) bytes")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    if verify {
      return try await JournalRerun(from: from, to: to, plugins: plugin).run(in: session)
    }
    let disk = try await target.disk(in: session)
    let place = try common.place(in: session.environment)
    session.output.remark("Ctrl-C ends")
    let progress = try await session.limited(PublishRequest.method) {
      await replay(disk, place, session)
    }
    let reply = JSONValue.object([
      ("published", .integer(progress.published)), ("accepted", .integer(progress.accepted)),
      ("rejected", .integer(progress.rejected)), ("missing", .integer(progress.missing)),
    ])
    try session.show(reply) { _, _ in [progress.line] }
    if progress.rejected + progress.missing > 0 { throw .told }
  }

  private func replay(
    _ disk: PosixDisk, _ place: FeedPlace, _ session: Session
  ) async -> Result<ReplayProgress, ControlError> {
    do throws(ControlError) {
      let feed = try await place.client(
        reconnects: true, timeoutNanos: session.remainingNanos()
      ) { session.output.notice("the connection is lost; trying again") }
      var replay = JournalReplay(
        await feed.publisher(named: source), speed: speed, clock: session.clock)
      let failure: ControlError?
      do throws(ControlError) {
        try await replay.run(disk, from: from, to: to, symbols: Set(symbol))
        failure = nil
      } catch {
        failure = error
      }
      await feed.close()
      if let failure { return .failure(failure) }
      return .success(replay.progress)
    } catch {
      return .failure(error)
    }
  }
}
