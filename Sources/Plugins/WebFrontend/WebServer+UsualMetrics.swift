internal import EngineCore

/// Figures under names that dashboards know: those of Prometheus' own clients for the process, and
/// those of the systems that Tickwire takes the place of.
extension WebServer {
  static func write(_ process: ProcessFigures, to out: inout PrometheusText) {
    out.begin("process_cpu_seconds_total", .counter, "Time of the process on processors.")
    out.sample(seconds: process.cpuNanos)
    out.begin("process_resident_memory_bytes", .gauge, "Memory of the process in RAM.")
    out.sample(process.residentBytes)
    out.begin("process_virtual_memory_bytes", .gauge, "Address space of the process.")
    out.sample(process.virtualBytes)
    out.begin("process_threads", .gauge, "Threads of the process.")
    out.sample(process.threads)
    out.begin("process_open_fds", .gauge, "Files and sockets that are open.")
    out.sample(process.openFiles)
    out.begin("process_max_fds", .gauge, "Files and sockets that may be open.")
    out.sample(process.openFilesMax)
  }

  static func writeTicks(_ plugins: [PluginStatus], to out: inout PrometheusText) {
    out.begin("ticks_ingested_total", .counter, "Trades and quotes that plugins have published.")
    out.sample(
      plugins.reduce(UInt64(0)) {
        $0 + ($1.outByKind[.trade] ?? 0) + ($1.outByKind[.quote] ?? 0)
      })
  }

  func writeUsual(to out: inout PrometheusText) {
    out.begin(
      "ohlc_query_duration_seconds", .histogram,
      "Questions for bars within the engine, from the question to the bars.")
    out.sample(durations.histogram, [:])
    out.begin("tickwire_bar_query_seconds", .gauge, "The same, in quantiles since the start.")
    for (share, name) in [(0.5, "0.5"), (0.99, "0.99")] {
      if let nanos = durations.quantile(share) {
        out.sample(seconds: nanos, ["quantile": name])
      }
    }
    out.begin("websocket_connections_active", .gauge, "WebSockets that are open.")
    out.sample(counters.webSockets)
    out.begin(
      "http_request_duration_seconds", .histogram, "From a request's head to its answer, by path.")
    for (path, histogram) in counters.durations.sorted(by: { $0.key < $1.key }) {
      out.sample(histogram, ["path": path])
    }
  }
}
