import ArgumentParser
import BinaryProtocol
import EngineCore

/// `enginectl subscribe`
struct SubscribeCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "subscribe",
    abstract: "Print events of a binary frontend as they come, one line each.",
    discussion: """
      Subjects are those of tap: trade.EURUSD, bar.*.1m, status.>. A lost connection is made anew, \
      and the stream goes on where it was: nothing is missing or comes twice, or a gap says what is \
      gone.
      """)
  var pace: CommandPace { .stream }

  @Argument(help: "What to subscribe to; everything when nothing is named.")
  var subjects: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where to begin: live, snapshot (last values first), a position EPOCH:SEQUENCE, or a time "
        + "such as 2026-01-02T09:00:00Z.",
      valueName: "start"))
  var from = StartArgument(.live)

  @Option(help: "What happens when this side is too slow. Default: drop-oldest.")
  var policy: FeedPolicy?

  @Option(
    help: ArgumentHelp(
      "The newest state only, at most once in this time; --policy conflate alone is as often as "
        + "possible.",
      valueName: "duration"))
  var conflate: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "How long a record may wait for others to share its frame: less work for both sides.",
      valueName: "duration"))
  var flush: DurationArgument?

  @Flag(help: "Let the server compress.")
  var compress = false

  @Option(name: [.long, .customShort("n")], help: "End after so many events.")
  var limit: Int?

  @Flag(help: "Write the records' bytes as docs/protocol.md has them, names and positions too.")
  var raw = false

  @Flag(help: "Show also where the stream is, for --from.")
  var positions = false

  @Flag(help: "End when the connection is lost.")
  var noReconnect = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    if raw && common.json { throw ValidationError("--raw and --json exclude each other") }
    if conflate != nil, let policy, policy != .conflate {
      throw ValidationError("--conflate needs --policy conflate, found \(policy.rawValue)")
    }
    if subjects.count > SubscribeRequest.subjectsMax {
      throw ValidationError("at most \(SubscribeRequest.subjectsMax) subjects")
    }
    for subject in subjects {
      do throws(SubjectError) {
        _ = try SubjectPattern(parsing: subject)
      } catch {
        throw ValidationError("\(error)")
      }
    }
    for (name, duration) in [("--conflate", conflate), ("--flush", flush)] {
      if let duration, UInt64(duration.nanos) > SubscribeRequest.intervalNanosMax {
        throw ValidationError("\(name) is at most 1h")
      }
    }
  }

  /// What the server is asked.
  var request: SubscribeRequest {
    SubscribeRequest(
      subjects.isEmpty ? [">"] : subjects,
      policy: conflate != nil ? .conflate : (policy ?? .dropOldest).policy, start: from.start,
      conflationNanos: UInt64(conflate?.nanos ?? 0), flushNanos: UInt64(flush?.nanos ?? 0),
      options: compress ? .compress : [])
  }

  func perform(in session: Session) async throws(ControlError) {
    let output = session.output
    if raw && output.isTerminal {
      throw ControlError(
        .usage, "raw records are not for a terminal", hint: "send them to a file or a program")
    }
    let place = try common.place(in: session.environment)
    output.remark("Ctrl-C ends; times are UTC")
    try await session.limited(SubscribeRequest.method) { await follow(place, session) }
  }

  /// Prints what comes until it ends.
  private func follow(
    _ place: FeedPlace, _ session: Session
  ) async -> Result<Void, ControlError> {
    let output = session.output
    do throws(ControlError) {
      let feed = try await place.client(
        reconnects: !noReconnect, timeoutNanos: session.remainingNanos()
      ) { output.notice("the connection is lost; trying again") }
      let result = await follow(feed.subscribe(request), output)
      await feed.close()
      return result
    } catch {
      return .failure(error)
    }
  }

  private func follow(
    _ stream: FeedSubscription, _ output: Output
  ) async -> Result<Void, ControlError> {
    var printer = FeedPrinter(
      raw ? .raw : output.isJSON ? .json : .lines, limit: limit, names: stream.catalog,
      output: output)
    printer.showsPositions = positions
    printer.showsDefinitions = request.subjects.contains { subject in
      (try? SubjectPattern(parsing: subject))?.kinds.contains(.definition) ?? false
    }
    var position: StreamPosition?
    var batches = stream.makeAsyncIterator()
    let result: Result<Void, ControlError>
    do throws(ControlError) {
      while let batch = try await Self.next(&batches) {
        position = batch.position
        if let granted = batch.answer?.policy, granted != request.policy {
          output.notice("the server grants \(granted.rawValue), not \(request.policy.rawValue)")
        }
        if try !printer.print(batch) { break }
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    if let position { output.remark("to go on from here: --from \(position)") }
    return result
  }

  private static func next(
    _ batches: inout FeedSubscription.Iterator
  ) async throws(ControlError) -> FeedBatch? {
    do throws(CallError) {
      return try await batches.next()
    } catch {
      throw .feed(error)
    }
  }
}
