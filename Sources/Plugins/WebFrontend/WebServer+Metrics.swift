internal import EngineCore

/// What `/metrics` says, to Prometheus.
extension WebServer {
  var metrics: HTTPAnswer {
    var out = PrometheusText()
    if let figures = (try? capabilities.find(.engineFigures))?.figures() {
      Self.write(figures, to: &out)
      Self.write(figures.plugins, to: &out)
      Self.writeTicks(figures.plugins, to: &out)
    }
    if let process = (try? capabilities.find(.processFigures))?.figures() {
      Self.write(process, to: &out)
    }
    writeConnections(to: &out)
    writeRequests(to: &out)
    writeFeeds(to: &out)
    writeUsual(to: &out)
    return HTTPAnswer(
      status: 200, headers: [HTTPAnswer.HeaderField("Cache-Control", "no-store")],
      body: Array(out.text.utf8), type: PrometheusText.contentType)
  }

  private static func write(_ figures: EngineFigures, to out: inout PrometheusText) {
    out.begin("tickwire_build_info", .gauge, "The version that runs.")
    out.sample(1, ["version": Release.version])
    out.begin("tickwire_uptime_seconds", .gauge, "Time since the engine was started.")
    out.sample(seconds: UInt64(max(figures.uptimeNanos, 0)))
    out.begin("tickwire_bus_events_total", .counter, "Events on the bus: its last sequence.")
    out.sample(figures.lastSequence)
    out.begin("tickwire_bus_first_sequence", .gauge, "The oldest sequence that the bus holds.")
    out.sample(figures.firstSequence)
    out.begin("tickwire_bus_slots", .gauge, "Events that the bus has room for.")
    out.sample(figures.capacity)
  }

  private static func write(_ plugins: [PluginStatus], to out: inout PrometheusText) {
    func family(
      _ name: String, _ kind: PrometheusText.Kind, _ help: String,
      _ value: (PluginStatus) -> UInt64
    ) {
      out.begin("tickwire_plugin_\(name)", kind, help)
      for plugin in plugins {
        out.sample(value(plugin), ["plugin": plugin.name, "type": plugin.kind])
      }
    }
    family("up", .gauge, "Whether a plugin runs.") { $0.state == .running ? 1 : 0 }
    family("events_in_total", .counter, "Events that a plugin has read.") { $0.eventsIn }
    family("events_out_total", .counter, "Events that a plugin has published.") { $0.eventsOut }
    family("lag_events", .gauge, "Sequences that a plugin is behind.") { $0.lag }
    family("dropped_events_total", .counter, "Events that a plugin was told as lost.") {
      $0.dropped
    }
    family("refused_events_total", .counter, "Events that the bus had no room for.") { $0.refused }
    family("held_events", .gauge, "Events of a plugin that wait for room.") { $0.held }
    family("stalls_total", .counter, "How often a plugin began to wait for room.") { $0.stalls }
    family("restarts_total", .counter, "Restarts of a plugin.") { UInt64($0.restarts) }
    out.begin(
      "tickwire_plugin_hop_seconds", .summary,
      "From receipt of an event to its delivery to a plugin, over the last second.")
    for plugin in plugins {
      if let nanos = plugin.hopP50 {
        out.sample(seconds: nanos, ["plugin": plugin.name, "quantile": "0.5"])
      }
      if let nanos = plugin.hopP99 {
        out.sample(seconds: nanos, ["plugin": plugin.name, "quantile": "0.99"])
      }
    }
    writeKinds(plugins, to: &out)
  }

  private static func writeKinds(_ plugins: [PluginStatus], to out: inout PrometheusText) {
    out.begin(
      "tickwire_events_published_total", .counter, "Events that plugins have published, by kind.")
    for plugin in plugins {
      for (kind, count) in plugin.outByKind.sorted(by: { $0.key.rawValue < $1.key.rawValue })
      where count > 0 {
        out.sample(count, ["plugin": plugin.name, "kind": kind.name])
      }
    }
  }

  private func writeConnections(to out: inout PrometheusText) {
    out.begin("tickwire_http_connections", .gauge, "Connections that are open, WebSockets too.")
    out.sample(connections.count)
    out.begin("tickwire_http_connections_accepted_total", .counter, "Connections let in.")
    out.sample(counters.accepted)
    out.begin(
      "tickwire_http_connections_refused_total", .counter, "Connections over a limit.")
    out.sample(counters.turnedAway)
    out.begin("tickwire_websocket_connections", .gauge, "WebSockets that are open.")
    out.sample(counters.webSockets)
    out.begin("tickwire_websocket_connections_total", .counter, "WebSockets ever opened.")
    out.sample(counters.upgraded)
    out.begin("tickwire_websocket_messages_received_total", .counter, "Messages of clients.")
    out.sample(counters.messagesIn)
    out.begin("tickwire_websocket_messages_sent_total", .counter, "Messages to clients.")
    out.sample(counters.messagesOut)
    out.begin("tickwire_websocket_closed_total", .counter, "WebSockets that ended, by close code.")
    for (code, count) in counters.closes.sorted(by: { $0.key < $1.key }) {
      out.sample(count, ["code": code == 0 ? "other" : String(code)])
    }
  }

  private func writeRequests(to out: inout PrometheusText) {
    out.begin("tickwire_http_requests_total", .counter, "Requests answered, by path and status.")
    for (answer, count) in counters.answers.sorted(by: {
      ($0.key.path, $0.key.status) < ($1.key.path, $1.key.status)
    }) {
      out.sample(count, ["path": answer.path, "status": String(answer.status)])
    }
    out.begin(
      "tickwire_http_bad_requests_total", .counter, "Requests that follow no rules of HTTP.")
    out.sample(counters.badRequests)
  }

  private func writeFeeds(to out: inout PrometheusText) {
    out.begin("tickwire_websocket_subscriptions", .gauge, "Subscriptions that run.")
    out.sample(hubs.feedCount)
    out.begin("tickwire_websocket_lost_events_total", .counter, "Events told as lost to clients.")
    out.sample(hubs.lost)
    out.begin("tickwire_websocket_conflated_events_total", .counter, "Events merged into others.")
    out.sample(hubs.conflated)
    out.begin("tickwire_websocket_log_bytes", .gauge, "What is kept for clients that resume.")
    out.sample(hubs.logBytes)
  }
}
