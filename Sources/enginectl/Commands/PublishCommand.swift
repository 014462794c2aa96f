import ArgumentParser
import BinaryProtocol
import EngineCore
import Synchronization

/// `enginectl publish`
struct PublishCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Publish trades or quotes into the engine, from CSV on the input.",
    discussion: """
      enginectl publish < ticks.csv

      The first line names the columns: symbol, price, size, side, bid, ask, bid_size, ask_size, \
      trade_id, and ts_ns, ts_us, ts_ms, ts_s, time, timestamp or datetime; a time is not needed. \
      Every row is acknowledged; those that are not taken are named with their line, and the exit \
      code is 1 then. Ctrl-C ends the input. After a lost connection what was not acknowledged is \
      sent again.
      """)
  var pace: CommandPace { .stream }

  @Option(help: "Under which name the engine shows the events.")
  var source = "enginectl"

  @OptionGroup var rows: RowOptions

  @Flag(help: "End when the connection is lost.")
  var noReconnect = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(1...PublishRequest.nameBytesMax).contains(source.utf8.count) {
      throw ValidationError("--source has 1 to \(PublishRequest.nameBytesMax) bytes")
    }
  }

  private final class Stop: Sendable {
    let isAsked = Atomic<Bool>(false)
  }

  func perform(in session: Session) async throws(ControlError) {
    let place = try common.place(in: session.environment)
    let stop = Stop()
    try await session.limited(
      PublishRequest.method, stop: { stop.isAsked.store(true, ordering: .releasing) },
      { await publish(place, session) { stop.isAsked.load(ordering: .acquiring) } })
  }

  private func publish(
    _ place: FeedPlace, _ session: Session, _ isStopped: @escaping @Sendable () -> Bool
  ) async -> Result<Void, ControlError> {
    let output = session.output
    do throws(ControlError) {
      let feed = try await place.client(
        reconnects: !noReconnect, timeoutNanos: session.remainingNanos()
      ) { output.notice("the connection is lost; trying again") }
      var publisher = TickPublisher(
        await feed.publisher(named: source), rows.format, output: output)
      let failure: ControlError?
      do throws(ControlError) {
        try await publisher.publish(session.environment.input, isStopped: isStopped)
        failure = nil
      } catch {
        failure = error
      }
      await feed.close()
      return finish(publisher.report, failure, output)
    } catch {
      return .failure(error)
    }
  }

  /// Says what became of the rows, whether or not all went well.
  private func finish(
    _ report: PublishReport, _ failure: ControlError?, _ output: Output
  ) -> Result<Void, ControlError> {
    do throws(ControlError) {
      if output.isJSON {
        try output.json(report.json)
      } else if failure == nil || report.rows > 0 {
        try output.lines([report.line])
      }
    } catch {
      return .failure(error)
    }
    if let failure { return .failure(failure) }
    return report.isClean ? .success(()) : .failure(.told)
  }
}
