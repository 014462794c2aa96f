internal import EngineCore
internal import Fanout
internal import NIOHTTP1
internal import WebProtocol

/// Takes ticks in by WebSocket: each message is a tick, a list of them, or lines of JSON, and has
/// one answer, in order, when its ticks are recorded.
final class IngestSession: WebSocketService {
  /// Messages whose answers are under way at most; a client that sends more is not read meanwhile.
  static let underWayMax = 64

  private let client: WebSocketClient
  private let server: WebServer
  private let grant: Access.Grant
  private var message: [UInt8]?
  private var underWay = 0
  private var isOver = false

  var dialect: String { "ingest" }

  init(_ client: WebSocketClient, grant: Access.Grant, server: WebServer) {
    self.client = client
    self.grant = grant
    self.server = server
  }

  func opened() {}

  func take(_ kind: WebSocketMessage.Kind, _ payload: RawSpan, now: Int64) {
    message = payload.copy()
  }

  func settle() {
    guard let message else { return }
    self.message = nil
    let rows: TickRows
    do throws(HTTPAnswer.Refusal) {
      rows = try self.rows(message)
    } catch {
      return send { json in json.member("error", error.reason) }
    }
    underWay += 1
    if underWay >= Self.underWayMax { client.setReading(false) }
    server.intake.add(rows.events) { [weak self] result in
      self?.recorded(rows, result)
    }
    server.wake()
  }

  /// One document, or lines of them.
  private func rows(_ message: [UInt8]) throws(HTTPAnswer.Refusal) -> TickRows {
    let isLines = message.contains(0x0A) && (try? JSONReader(depthMaximum: 64).read(message)) == nil
    let call = RESTCall(
      method: .POST, values: [:], body: message,
      contentType: isLines ? "application/x-ndjson" : "application/json", grant: grant,
      catalog: server.hub.catalog, capabilities: server.capabilities, clock: server.clock,
      door: server.door, durations: server.durations)
    return try TickEditing.rows(call).rows
  }

  /// The ticks of a message are recorded, or cannot be taken in.
  private func recorded(
    _ rows: TickRows, _ result: Result<[UInt64], HTTPAnswer.Refusal>
  ) {
    underWay -= 1
    if case .failure = result { server.door.pushed.remove(rows.marks) }
    writabilityChanged()
    send { json in
      switch result {
      case .success(let positions): TickEditing.write(rows.rows, positions, to: &json)
      case .failure(let refusal): json.member("error", refusal.reason)
      }
    }
    client.flushSocket()
  }

  private func send(_ members: (inout JSONWriter) -> Void) {
    guard !isOver else { return }
    var json = JSONWriter()
    json.object(members)
    client.send(frame: WebSocketEncoder.frame(.text, json.bytes))
  }

  func writabilityChanged() {
    client.setReading(client.isWritable && underWay < Self.underWayMax)
  }

  func timePassed(now: Int64) {}
  func shutDown(now: Int64) { client.close(.goingAway, "the server stops") }
  func drain() {}
  func ended() { isOver = true }
}
