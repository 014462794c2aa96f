internal import EngineCore
internal import Fanout
internal import WebProtocol

/// What the plugin's commands answer.
extension WebServer {
  func stats(addresses: [ListenAddress]) -> JSONValue {
    func number(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }
    return .object([
      ("addresses", .array(addresses.map { .string($0.description) })),
      ("connections", .integer(Int64(connections.count))),
      ("websockets", .integer(Int64(counters.webSockets))),
      ("subscriptions", .integer(Int64(hubs.feedCount))),
      ("accepted", number(counters.accepted)), ("refused", number(counters.turnedAway)),
      ("requests", number(counters.requests)), ("bad_requests", number(counters.badRequests)),
      ("messages_in", number(counters.messagesIn)),
      ("messages_out", number(counters.messagesOut)),
      (
        "closed",
        .object(
          counters.closes.sorted { $0.key < $1.key }.map { code, count in
            (code == 0 ? "other" : String(code), number(count))
          })
      ),
      ("lost", number(hubs.lost)), ("conflated", number(hubs.conflated)),
      ("log_bytes", .integer(Int64(hubs.logBytes))), ("log_first", number(hub.log.first)),
      ("log_next", number(hub.log.next)),
    ])
  }

  /// Every WebSocket with its subscriptions.
  var clients: JSONValue {
    .array(
      connections.values.compactMap { $0 as? WebSocketClient }
        .sorted { $0.number < $1.number }.map { describe($0) })
  }

  /// Disconnects one client, whatever it speaks.
  func kick(_ arguments: JSONValue) throws(PluginError) -> JSONValue {
    guard let number = arguments["connection"]?.int64,
      let connection = connections[UInt64(max(number, 0))]
    else {
      throw PluginError("there is no such connection", hint: "the command connections lists them")
    }
    let reason = arguments["reason"]?.string ?? "disconnected by an operator"
    if let client = connection as? WebSocketClient {
      client.close(.kicked, reason)
      client.flushSocket()
    } else {
      connection.cut()
    }
    return .null
  }

  private func describe(_ client: WebSocketClient) -> JSONValue {
    let session = client.streamSession
    return .object([
      ("connection", .integer(Int64(clamping: client.number))), ("peer", .string(client.peer)),
      ("dialect", .string(client.dialect)), ("client", .string(session?.clientName ?? "")),
      ("token", .string(session?.grantName ?? "")),
      ("age", .string(DurationText.format((nanos - client.sinceNanos) / 1_000_000 * 1_000_000))),
      ("bytes_in", .integer(Int64(clamping: client.bytesIn))),
      ("bytes_out", .integer(Int64(clamping: client.bytesOut))),
      ("unwritten_bytes", .integer(Int64(client.unwrittenBytes))),
      ("compressed", .bool(client.deflate != nil)),
      (
        "subscriptions",
        .array(
          (session?.feeds.values.map(\.feed) ?? []).sorted { $0.stream < $1.stream }
            .map { Self.describe($0) })
      ),
    ])
  }

  private static func describe(_ feed: Feed) -> JSONValue {
    .object([
      ("sub", .integer(Int64(feed.stream))),
      ("subjects", .array(feed.selection.patterns.map { .string($0.description) })),
      ("policy", .string(feed.policy.rawValue)), ("is_live", .bool(feed.phase == .live)),
      ("lost", .integer(Int64(clamping: feed.lostRecords))),
    ])
  }
}
