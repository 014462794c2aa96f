internal import BinaryProtocol
internal import EngineCore
internal import Plugins

/// What there is to read: subjects, instruments, log lines.
extension AdminService {
  func addCatalogMethods(to router: inout CallRouter) {
    router.unary("subjects.list", summary: "Subjects with who produces and who reads them.") {
      [self] _, payload in
      let request = try AdminRequest(payload, keys: ["filter"])
      return subjects(filter: try request.string("filter")).bytes
    }
    router.unary("instruments.list", summary: "Instruments, a page at a time.") {
      [self] _, payload in
      let request = try AdminRequest(payload, keys: ["filter", "after", "limit"])
      return instruments(
        filter: try request.string("filter"),
        after: Int(try request.integer("after", in: 0...Int64.max) ?? 0),
        limit: Int(try request.integer("limit", in: 1...10_000) ?? 1000)
      ).bytes
    }
  }

  private func subjects(filter: String?) -> JSONValue {
    let statuses = engine.host.statuses()
    func names(_ kind: EventKind, _ kinds: (PluginManifest) -> Set<EventKind>) -> JSONValue {
      let matching = statuses.filter { status in
        allPlugins.contains {
          $0.manifest.kind == status.kind && kinds($0.manifest).contains(kind)
        }
      }
      return .array(matching.map { .string($0.name) })
    }
    var subjects: [JSONValue] = []
    for kind in EventKind.allCases {
      let subject = kind == .time ? "time" : "\(kind.name).>"
      if let filter, !subject.contains(filter) { continue }
      let events = statuses.reduce(UInt64(0)) { $0 + ($1.outByKind[kind] ?? 0) }
      subjects.append(
        .object([
          ("subject", .string(subject)), ("events", .integer(events)),
          ("producers", names(kind, \.produces)), ("consumers", names(kind, \.consumes)),
        ]))
    }
    return .object([("subjects", .array(subjects))])
  }

  private func instruments(filter: String?, after: Int, limit: Int) -> JSONValue {
    let all = engine.catalog.instruments()
    var page: [JSONValue] = []
    var next: Int?
    for (index, instrument) in all.enumerated().dropFirst(after) {
      if let filter, !instrument.key.lowercased().contains(filter.lowercased()) { continue }
      if page.count == limit {
        next = index
        break
      }
      page.append(AdminJSON.instrument(instrument, id: index + 1))
    }
    return .object([
      ("total", .integer(all.count)), ("instruments", .array(page)),
      ("next", next.map { .integer($0) } ?? .null),
    ])
  }

  // MARK: Logs

  func addLogMethods(to router: inout CallRouter) {
    router.unary("logs.read", summary: "The newest log lines.") { [self] _, payload in
      let (count, matches) = try logFilter(payload)
      let lines = engine.logs.history(last: count, matching: matches)
      return JSONValue.object([("lines", .array(lines.map { AdminJSON.log($0) }))]).bytes
    }
    router.streaming("logs.follow", summary: "Log lines as they come, after the newest.") {
      [self] _, payload, responder in
      let (count, matches) = try logFilter(payload)
      guard let stream = engine.logs.follow() else {
        throw CallError(.resourceExhausted, "too many followers of the log")
      }
      for line in engine.logs.history(last: count, matching: matches) {
        try await responder.send(AdminJSON.log(line).bytes)
      }
      for await line in stream where matches(line) {
        try await responder.send(AdminJSON.log(line).bytes)
      }
    }
    router.unary("logs.level", summary: "Shows or sets log levels.") { [self] _, payload in
      let request = try AdminRequest(payload, keys: ["plugin", "level"])
      let plugin = try request.string("plugin")
      if let level = try request.string("level") {
        engine.logs.setLevel(try self.level(level), of: plugin)
      }
      return levels(of: plugin).bytes
    }
  }

  private func levels(of plugin: String?) -> JSONValue {
    var levels: [JSONValue] = []
    func add(_ name: String?) {
      let level = engine.logs.level(of: name ?? "")
      levels.append(
        .object([("plugin", .optional(name)), ("level", .string(level.rawValue))]))
    }
    if let plugin { add(plugin) } else { for name in [nil] + engine.host.names { add(name) } }
    return .object([("levels", .array(levels))])
  }

  private func logFilter(
    _ payload: [UInt8]
  ) throws(CallError) -> (Int, @Sendable (LogRecord) -> Bool) {
    let request = try AdminRequest(payload, keys: ["last", "plugin", "level"])
    let count = Int(try request.integer("last", in: 0...1_000_000) ?? 100)
    let plugin = try request.string("plugin")
    let level = try request.string("level").map { text throws(CallError) in
      try self.level(text)
    }
    return (
      count,
      { record in
        (plugin == nil || record.origin == plugin) && (level.map { record.level >= $0 } ?? true)
      }
    )
  }

  private func level(_ text: String) throws(CallError) -> LogLevel {
    guard let level = LogLevel(rawValue: text) else {
      let known = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
      throw CallError(
        .invalidArgument, "level: expected one of \(known), found \"\(text)\"")
    }
    return level
  }
}
