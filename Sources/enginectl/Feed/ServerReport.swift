import BinaryProtocol
import EngineCore

/// What a server says of itself.
struct ServerReport: Equatable, Sendable {
  var address: String
  var server: HelloAck
  var health: ServerHealth
  var description: ServiceDescription
  /// Who the given token makes the caller; nil without one.
  var access: AuthenticateReply?

  private var capabilities: [String] {
    let used = WireCapabilities(rawValue: server.capabilities)
    return [(WireCapabilities.data, "data"), (.zlib, "zlib")].filter { used.contains($0.0) }
      .map(\.1)
  }

  private static func names(_ rights: AuthenticateReply.Rights) -> [String] {
    [(AuthenticateReply.Rights.subscribe, "subscribe"), (.publish, "publish"), (.admin, "admin")]
      .filter { rights.contains($0.0) }.map(\.1)
  }

  // MARK: For people

  func lines(showsFields: Bool, style: Style) -> [String] {
    let identity = server.server
    let state =
      health.isServing ? style.paint("ready", .green) : style.paint("not ready", .red)
    let text = health.text.isEmpty ? "" : ": " + PlainText.line(health.text)
    var lines = [
      style.paint("\(PlainText.line(identity.name)) \(PlainText.line(identity.version))", .bold)
        + " on \(PlainText.line(address)), \(state)\(text)"
    ]
    lines += facts.map { name, text in "  \(PlainText.pad(name, to: 11)) \(text)" }
    lines.append("")
    var methods = Table([.text("METHOD"), .text("REPLIES"), .text("", least: 20)])
    methods.rows = description.methods.map { method in
      [
        Cell(method.name), Cell(method.isStreaming ? "stream" : "one"),
        Cell(method.summary, .dim),
      ]
    }
    lines += methods.lines(style)
    guard !description.layouts.isEmpty else { return lines }
    lines.append("")
    lines += showsFields ? fieldLines(style) : recordLines(style)
    return lines
  }

  private var facts: [(String, String)] {
    let identity = server.server
    var facts = [
      ("pid", "\(identity.pid)"), ("epoch", "\(identity.epoch)"),
      ("protocol", "\(server.version), newest \(description.protocolVersion)"),
      ("in use", capabilities.isEmpty ? "calls only" : capabilities.joined(separator: ", ")),
      ("frames", "up to \(Figures.bytes(Int64(server.maxFrameBytes)))"),
      ("calls", "\(Figures.grouped(server.maxStreams)) at a time"),
      ("credit", "up to \(Figures.bytes(Int64(server.maxCreditBytes))) a call"),
      ("keep-alive", keepAlive),
    ]
    if let schema = description.schemaVersion { facts.append(("records", "schema \(schema)")) }
    if let access {
      let rights = Self.names(access.rights)
      facts.append(
        (
          "token",
          "\(PlainText.line(access.name)): \(rights.isEmpty ? "-" : rights.joined(separator: ", "))"
        ))
    }
    return facts
  }

  private var keepAlive: String {
    guard server.keepAliveIntervalMillis > 0 else { return "off" }
    let interval = DurationText.format(Int64(server.keepAliveIntervalMillis) * 1_000_000)
    let timeout = DurationText.format(Int64(server.keepAliveTimeoutMillis) * 1_000_000)
    return "after \(interval), then \(timeout)"
  }

  private func recordLines(_ style: Style) -> [String] {
    var table = Table([
      .number("KIND"), .text("RECORD"), .number("BYTES"), .text("FIELDS", least: 20),
    ])
    table.rows = description.layouts.map { layout in
      [
        Cell("\(layout.kind)"), Cell(layout.name), Cell("\(layout.bytes)"),
        Cell(layout.fields.map(\.name).joined(separator: ", "), .dim),
      ]
    }
    return table.lines(style)
  }

  private func fieldLines(_ style: Style) -> [String] {
    var table = Table([
      .text("RECORD"), .number("OFFSET"), .text("TYPE"), .text("FIELD"), .text("UNIT"),
    ])
    for layout in description.layouts {
      let title = "\(layout.name) \(layout.kind), version \(layout.version), \(layout.bytes) bytes"
      for (index, field) in layout.fields.enumerated() {
        table.rows.append([
          Cell(index == 0 ? title : ""), Cell("\(field.offset)"), Cell("\(field.type)"),
          Cell(field.name), Cell(Self.name(field.unit)),
        ])
      }
    }
    return table.lines(style)
  }

  private static func name(_ unit: RecordLayout.Unit) -> String {
    switch unit {
    case .none: "-"
    case .nano: "1e-9"
    case .atto: "1e-18"
    case .time: "ns since 1970"
    case .instrument: "instrument id"
    case .spec: "spec id"
    case .source: "source id"
    case .rule: "rule id"
    case .textID: "text id"
    }
  }

  // MARK: For programs

  var json: JSONValue {
    let identity = server.server
    let limits = JSONValue.object([
      ("frame_bytes", .integer(server.maxFrameBytes)), ("calls", .integer(server.maxStreams)),
      ("credit_bytes", .integer(server.maxCreditBytes)),
      ("keep_alive_ms", .integer(server.keepAliveIntervalMillis)),
      ("keep_alive_timeout_ms", .integer(server.keepAliveTimeoutMillis)),
    ])
    return JSONValue.object([
      ("address", .string(address)), ("name", .string(identity.name)),
      ("version", .string(identity.version)), ("pid", .integer(identity.pid)),
      // As text: it is beyond what some readers of JSON keep exactly.
      ("epoch", .string("\(identity.epoch)")), ("protocol", .integer(server.version)),
      ("newest_protocol", .integer(description.protocolVersion)),
      ("capabilities", .array(capabilities.map { .string($0) })),
      (
        "health",
        .object([("serving", .bool(health.isServing)), ("text", .string(health.text))])
      ), ("limits", limits), ("methods", .array(description.methods.map(Self.json))),
    ]).adding([
      ("schema", description.schemaVersion.map { .integer($0) }),
      ("records", .array(description.layouts.map(Self.json))),
      (
        "token",
        access.map {
          .object([
            ("name", .string($0.name)),
            ("rights", .array(Self.names($0.rights).map { .string($0) })),
          ])
        }
      ),
    ])
  }

  private static func json(_ method: ServiceDescription.Method) -> JSONValue {
    .object([
      ("name", .string(method.name)), ("summary", .string(method.summary)),
      ("streams", .bool(method.isStreaming)),
    ])
  }

  private static func json(_ layout: RecordLayout) -> JSONValue {
    .object([
      ("kind", .integer(layout.kind)), ("name", .string(layout.name)),
      ("version", .integer(layout.version)), ("bytes", .integer(layout.bytes)),
      (
        "fields",
        .array(
          layout.fields.map { field in
            .object([
              ("name", .string(field.name)), ("offset", .integer(field.offset)),
              ("type", .string("\(field.type)")), ("unit", .string("\(field.unit)")),
            ])
          })
      ),
    ])
  }
}
