internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// The routes of the market data streaming system that say how things stand. Prices are kept in
/// memory here, so that what it calls its cache are the newest prices.
enum StreamingMonitor {
  private typealias System = StreamingSystemDialect

  static var endpoints: [RouteEndpoint] {
    [
      System.now(.GET, "streaming/stats", "Streaming: how many listen.") { _, state in
        let (clients, figures) = (state.counters.webSockets, state.figures)
        return .json { json in write(clients, figures, &json) }
      },
      System.now(.GET, "status", "Streaming: how things stand.") { _, state in
        let plugins = state.figures?.plugins ?? []
        return .json { json in writeStatus(plugins, &json) }
      },
      System.now(.GET, "providers", "Streaming: sources and whether they work.") { _, state in
        let figures = state.figures
        return .json { json in writeSources(figures, &json) }
      },
      System.now(.GET, "monitoring/dashboard", "Streaming: everything about it at a glance.") {
        call, state in
        let (counters, figures) = (state.counters, state.figures)
        return .json { json in
          json.member("timestamp", "\(call.clock.now())")
          json.member(
            "uptime_seconds", Double((figures?.uptimeNanos ?? 0) / 1_000_000) / 1000)
          writeStatus(figures?.plugins ?? [], &json)
          json.object("providers") { json in writeSources(figures, &json) }
          json.object("performance") { json in write(Requests(counters), &json) }
          json.object("cache") { json in write(Lookups(counters), &json) }
          json.object("streaming") { json in write(counters.webSockets, figures, &json) }
        }
      },
      System.now(.GET, "cache/stats", "Streaming: how many quotes were there when asked for.") {
        _, state in
        let lookups = Lookups(state.counters)
        return .json { json in
          write(lookups, &json)
          json.object("manager") { json in
            json.object("performance") { json in write(lookups, &json) }
          }
        }
      },
    ]
  }

  // MARK: Plugins

  private static func writeStatus(_ plugins: [PluginStatus], _ json: inout JSONWriter) {
    json.member(
      "overall_status", plugins.contains { $0.state == .failed } ? "unhealthy" : "healthy")
    json.object("components") { json in
      for plugin in plugins {
        json.object(plugin.name) { json in json.member("status", health(plugin)) }
      }
    }
  }

  private static func writeSources(_ figures: EngineFigures?, _ json: inout JSONWriter) {
    for source in sources(figures) {
      json.object(source.name) { json in
        json.member("healthy", source.state == .running)
        json.member("status", health(source))
        json.member("last_error", .optional(source.lastError))
      }
    }
  }

  private static func write(
    _ clients: Int, _ figures: EngineFigures?, _ json: inout JSONWriter
  ) {
    json.member("streaming", sources(figures).contains { $0.state == .running && !$0.isPaused })
    json.object("websocket_stats") { json in json.member("connected_clients", clients) }
  }

  private static func health(_ plugin: PluginStatus) -> String {
    switch plugin.state {
    case .running: "healthy"
    case .failed: "unhealthy"
    default: plugin.state.rawValue
    }
  }

  /// Plugins that publish trades or quotes.
  private static func sources(_ figures: EngineFigures?) -> [PluginStatus] {
    (figures?.plugins ?? []).filter { plugin in
      plugin.outByKind[.trade] ?? 0 > 0 || plugin.outByKind[.quote] ?? 0 > 0
    }
  }

  // MARK: Requests

  /// All that was answered.
  private struct Requests {
    var count: UInt64 = 0
    var errors: UInt64 = 0
    var nanos: UInt64 = 0

    init(_ counters: WebCounters) {
      for (answer, number) in counters.answers {
        count += number
        if answer.status >= 400 { errors += number }
      }
      nanos = counters.durations.values.reduce(0) { $0 + $1.sumNanos }
    }
  }

  /// Questions for one quote, and those that had none.
  private struct Lookups {
    var hits: UInt64 = 0
    var misses: UInt64 = 0

    init(_ counters: WebCounters) {
      for (answer, number) in counters.answers
      where answer.path == "\(StreamingSystemDialect.base)/quotes/{symbol}" {
        if answer.status == 200 { hits += number }
        if answer.status == 404 { misses += number }
      }
    }
  }

  private static func write(_ requests: Requests, _ json: inout JSONWriter) {
    json.member("requests", requests.count)
    json.member("errors", requests.errors)
    json.member("error_rate", ratio(requests.errors, requests.count))
    json.member("avg_response_time", ratio(requests.nanos, requests.count * 1_000_000_000))
  }

  private static func write(_ lookups: Lookups, _ json: inout JSONWriter) {
    json.member("hits", lookups.hits)
    json.member("misses", lookups.misses)
    json.member("hit_rate", ratio(lookups.hits, lookups.hits + lookups.misses))
  }

  private static func ratio(_ part: UInt64, _ whole: UInt64) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
