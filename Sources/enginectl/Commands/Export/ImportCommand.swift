import ArgumentParser
import BinaryProtocol
import EngineCore
import TickFiles

/// `enginectl import`
struct ImportCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Publish the ticks of a file into the engine: CSV, NDJSON or DBN.",
    discussion: """
      Plain, gzip or zstd; what the file is, its first bytes tell. Rows go in with their own times, \
      and are acknowledged. What `enginectl export` writes can be read. --address is the binary \
      frontend to publish to.
      """)
  var pace: CommandPace { .stream }

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Option(help: "Under which name the engine shows the events.")
  var source = "import"

  @OptionGroup var rows: RowOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(1...PublishRequest.nameBytesMax).contains(source.utf8.count) {
      throw ValidationError("--source has 1 to \(PublishRequest.nameBytesMax) bytes")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    let place = try common.place(in: session.environment)
    let (progress, faults) = try await session.limited(PublishRequest.method) {
      await run(place, session)
    }
    let reply = JSONValue.object([
      ("published", .integer(progress.published)), ("accepted", .integer(progress.accepted)),
      ("rejected", .integer(progress.rejected)), ("unreadable", .integer(faults)),
    ])
    try session.show(reply) { _, _ in
      [progress.line + (faults > 0 ? "; \(Figures.grouped(faults)) rows are not readable" : "")]
    }
    if progress.rejected > 0 || faults > 0 { throw .told }
  }

  private func run(
    _ place: FeedPlace, _ session: Session
  ) async -> Result<(ReplayProgress, Int), ControlError> {
    var settings = FileSettings(path: file)
    settings.rows = rows.format
    settings.rows.needsTime = true
    do throws(ControlError) {
      let feed = try await place.client(
        reconnects: true, timeoutNanos: session.remainingNanos()
      ) { session.output.notice("the connection is lost; trying again") }
      var reading = FileImport(
        await feed.publisher(named: source), settings, output: session.output)
      let failure: ControlError?
      do throws(ControlError) {
        try await reading.run()
        failure = nil
      } catch {
        failure = error
      }
      await feed.close()
      if let failure { return .failure(failure) }
      return .success((reading.progress, reading.faults))
    } catch {
      return .failure(error)
    }
  }
}
