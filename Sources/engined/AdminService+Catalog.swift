internal import BinaryProtocol
internal import EngineCore
internal import Plugins

/// What there is to read: subjects, instruments, log lines.
extension AdminService {
  func addCatalogMethods(to router: inout CallRouter) {
    router.unary("subjects.list", summary: "Subjects with who produces and who reads them.") {
      [self] _, payload in
      let request = try AdminRequest(payload, keys: ["filter"])
      return try subjects(filter: try request.string("filter")).bytes
    }
    router.unary("instruments.list", summary: "Instruments, a page at a time.") {
      [self] _, payload in
      let request = try AdminRequest(payload, keys: ["filter", "after", "limit"])
      return instruments(
        filter: try request.string("filter"),
        after: Int(try request.integer("after", in: 0...Int64.max) ?? 0),
        limit: Int(try request.integer("limit", in: 1...1000) ?? 1000)
      ).bytes
    }
  }

  /// Without a filter the kinds; with one, what it matches: `trade.*` is a subject an instrument.
  private func subjects(filter: String?) throws(CallError) -> JSONValue {
    var pattern = SubjectPattern([.rest])
    if let filter {
      do throws(SubjectError) {
        pattern = try SubjectPattern(parsing: filter)
      } catch {
        throw CallError(.invalidArgument, "\(error)", hint: "such as trade.*, status.>")
      }
    }
    let statuses = engine.host.statuses()
    var subjects: [JSONValue] = []
    for kind in EventKind.allCases where pattern.kinds.contains(kind) {
      let events = statuses.reduce(UInt64(0)) { $0 + ($1.outByKind[kind] ?? 0) }
      let isByInstrument = pattern.tokens.count > 1 && [.trade, .quote].contains(kind)
      guard isByInstrument else {
        let subject = kind == .time ? "time" : "\(kind.name).>"
        subjects.append(row(subject, kind, .integer(events), statuses))
        continue
      }
      for key in engine.catalog.names(in: .instrument) where subjects.count < Self.subjectsMax {
        let subject = Subject([kind.name, key])
        guard pattern.matches(subject) else { continue }
        subjects.append(row(subject.description, kind, .null, statuses))
      }
    }
    return .object([("subjects", .array(subjects))])
  }

  /// Subjects in one answer.
  private static let subjectsMax = 1000
  /// Kinds that the engine publishes itself.
  private static let engineKinds: Set<EventKind> = [.definition, .status, .gap, .time, .command]

  private func row(
    _ subject: String, _ kind: EventKind, _ events: JSONValue, _ statuses: [PluginStatus]
  ) -> JSONValue {
    func names(_ kinds: (PluginManifest) -> Set<EventKind>) -> [String] {
      statuses.filter { status in
        allPlugins.contains {
          $0.manifest.kind == status.kind && kinds($0.manifest).contains(kind)
        }
      }.map(\.name)
    }
    let isEngine = Self.engineKinds.contains(kind)
    let producers = names(\.produces) + (isEngine ? ["engine"] : [])
    return .object([
      ("subject", .string(subject)), ("events", isEngine ? .null : events),
      ("producers", .array(producers.map { .string($0) })),
      ("consumers", .array(names(\.consumes).map { .string($0) })),
    ])
  }

  private func instruments(filter: String?, after: Int, limit: Int) -> JSONValue {
    let all = engine.catalog.instruments()
    let wanted = filter?.lowercased()
    let matching = all.enumerated().filter { _, instrument in
      guard let wanted else { return true }
      return instrument.key.lowercased().contains(wanted)
        || instrument.name?.lowercased().contains(wanted) ?? false
    }
    let rest = matching.filter { $0.offset >= after }
    let page = rest.prefix(limit)
    return .object([
      ("total", .integer(matching.count)),
      ("instruments", .array(page.map { AdminJSON.instrument($0.element, id: $0.offset + 1) })),
      ("next", rest.count > limit ? .integer(rest[limit].offset) : .null),
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
