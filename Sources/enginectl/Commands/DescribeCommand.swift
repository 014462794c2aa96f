import ArgumentParser
import BinaryProtocol
import EngineCore
import Transport

/// `enginectl describe`
struct DescribeCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Ask a server of the binary protocol what it is, what it offers and takes.")

  @Argument(
    help: "host:port, [v6]:port or unix:/path. Default: $TICKWIRE_ADDRESS, else 127.0.0.1:9000.")
  var address: AddressArgument?

  @Flag(help: "Show the fields of each record.")
  var records = false

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let place = try FeedPlace.choose(address ?? common.address, common, in: session.environment)
    let client = try await place.caller(timeoutNanos: session.remainingNanos())
    let result = await ask(client, place, session)
    await client.close()
    let report = try result.get()
    if session.output.isJSON { return try session.output.json(report.json) }
    try session.output.lines(report.lines(showsFields: records, style: session.output.style))
  }

  private func ask(
    _ client: CallClient, _ place: FeedPlace, _ session: Session
  ) async -> Result<ServerReport, ControlError> {
    do throws(CallError) {
      let limit = UInt64(max(1, session.remainingNanos() ?? 0))
      let description = try ServiceDescription(
        decoding: try await client.call("describe", timeoutNanos: limit))
      let health = try ServerHealth(
        decoding: try await client.call("health", timeoutNanos: limit))
      var report = ServerReport(
        address: place.address.description, server: client.server, health: health,
        description: description)
      if let token = place.token {
        report.access = try AuthenticateReply(
          decoding: try await client.call(
            AuthenticateReply.method,
            metadata: [MetadataPair(AuthenticateReply.tokenKey, token)], timeoutNanos: limit))
      }
      return .success(report)
    } catch {
      return .failure(Task.isCancelled ? .interrupted : .feed(error))
    }
  }
}
