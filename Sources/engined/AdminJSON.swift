internal import EngineCore
internal import Glibc

/// Answers of the admin methods as JSON, as docs/admin.md has them.
enum AdminJSON {
  static func plugin(_ status: PluginStatus) -> JSONValue { .object(members(of: status)) }

  static func members(of status: PluginStatus) -> [(String, JSONValue)] {
    [
      ("name", .string(status.name)), ("type", .string(status.kind)),
      ("lane", .string(status.lane)), ("state", .string(status.state.rawValue)),
      ("paused", .bool(status.isPaused)), ("since", .string(status.since.description)),
      ("events_in", .integer(status.eventsIn)), ("events_out", .integer(status.eventsOut)),
      ("in_rate", .double(status.inRate)), ("out_rate", .double(status.outRate)),
      ("lag", .integer(status.lag)), ("policy", .optional(status.policy?.rawValue)),
      ("dropped", .integer(status.dropped)), ("conflated", .integer(status.conflated)),
      ("gaps", .integer(status.gaps)), ("held", .integer(status.held)),
      ("refused", .integer(status.refused)), ("stalls", .integer(status.stalls)),
      ("batches", .integer(status.batches)), ("hop_p50_ns", optional(status.hopP50)),
      ("hop_p99_ns", optional(status.hopP99)), ("restarts", .integer(status.restarts)),
      ("last_error", .optional(status.lastError)),
      ("retry_at", .optional(status.retryAt?.description)),
    ]
  }

  private static func optional(_ value: UInt64?) -> JSONValue {
    value.map { .integer($0) } ?? .null
  }

  static func engine(_ daemon: Daemon) -> JSONValue {
    let engine = daemon.engine
    return .object([
      ("name", .string("tickwire")), ("version", .string(Release.version)),
      ("pid", .integer(getpid())), ("started", .string(engine.started.description)),
      ("uptime_ns", .integer(engine.uptimeNanos)),
      ("config", .optional(daemon.source.path)),
      ("admin", .string(engine.configuration.engine.adminPath)),
      ("epoch", .string(String(engine.bus.epoch))),
      ("sequence", .integer(engine.bus.lastSequence)),
      ("first_sequence", .integer(engine.bus.firstSequence)),
      ("ring", .integer(engine.bus.capacity)), ("cpu_ns", .integer(processCPUNanos())),
      ("rss_bytes", .integer(SystemFiles.residentBytes())),
      ("threads", .integer(SystemFiles.threadCount())),
      ("deterministic", .bool(engine.configuration.engine.isDeterministic)),
      ("plugins", .integer(engine.host.names.count)),
    ])
  }

  static func log(_ record: LogRecord) -> JSONValue {
    .object([
      ("number", .integer(record.number)), ("time", .string(record.time.description)),
      ("level", .string(record.level.rawValue)), ("plugin", .string(record.origin)),
      ("message", .string(record.message)),
      ("fields", .object(record.fields.map { ($0.name, .string($0.value)) })),
      ("text", .string(record.text)),
    ])
  }

  static func instrument(_ instrument: Instrument, id: Int) -> JSONValue {
    .object([
      ("id", .integer(id)), ("key", .string(instrument.key)),
      ("symbol", .string(instrument.symbol)), ("venue", .optional(instrument.venue)),
      ("name", .optional(instrument.name)),
      ("price_precision", .integer(instrument.pricePrecision)),
      ("size_precision", .integer(instrument.sizePrecision)),
      ("currency", .optional(instrument.currency)),
      ("calendar", .optional(instrument.calendar)),
    ])
  }
}

extension JSONValue {
  /// As the bytes of an answer.
  var bytes: [UInt8] { Array(text().utf8) }
}
