import EngineCore
import JournalFiles

/// What a journal looks like for people, and as JSON.
enum JournalTables {
  static func lines(
    _ segments: [JournalSegmentInfo], folder: String, status: JSONValue?, style: Style
  ) -> [String] {
    var table = Table([
      .text("FILE"), .number("FIRST"), .number("LAST"), .number("EVENTS"), .number("SIZE"),
      .number("B/EVENT"), .text("FROM"), .text("TO"), .text("STATE"),
    ])
    table.rows = segments.map { segment in
      [
        Cell(segment.name), Cell(Figures.grouped(segment.first)),
        Cell(Figures.grouped(segment.last)), Cell(Figures.grouped(segment.events)),
        Cell(Figures.bytes(Int64(segment.bytes))),
        Cell(perEvent(segment.bytes, segment.events)),
        Cell(segment.times.map { "\($0.lowerBound)" } ?? "-"),
        Cell(segment.times.map { "\($0.upperBound)" } ?? "-"), Cell(state(segment)),
      ]
    }
    let events = segments.reduce(0) { $0 + $1.events }
    let bytes = segments.reduce(0) { $0 + $1.bytes }
    var lines = table.lines(style)
    lines.append(
      "\(folder): \(Figures.grouped(events)) events in \(Figures.bytes(Int64(bytes))), "
        + "\(perEvent(bytes, events)) bytes an event")
    if let status { lines += recording(status) }
    return lines
  }

  private static func recording(_ status: JSONValue) -> [String] {
    func count(_ name: String) -> String {
      status.integer(name).map { Figures.grouped($0) } ?? "-"
    }
    var lines = [
      "recorded through \(count("last")), safe from loss of power through \(count("synced"))"
    ]
    if status.integer("lost") ?? 0 > 0 { lines.append("\(count("lost")) events were not recorded") }
    if let trouble = status.text("trouble") { lines.append("nothing can be recorded: \(trouble)") }
    return lines
  }

  private static func state(_ segment: JournalSegmentInfo) -> String {
    segment.isCompact ? "compact" : segment.sealed != nil ? "sealed" : "open"
  }

  private static func perEvent(_ bytes: Int, _ events: Int) -> String {
    guard events > 0 else { return "-" }
    let tenths = (bytes * 10 + events / 2) / events
    return "\(tenths / 10).\(tenths % 10)"
  }

  static func json(_ segments: [JournalSegmentInfo], folder: String) -> JSONValue {
    .object([
      ("folder", .string(folder)),
      (
        "files",
        .array(
          segments.map { segment in
            .object([
              ("name", .string(segment.name)), ("first", .integer(segment.first)),
              ("last", .integer(segment.last)), ("events", .integer(segment.events)),
              ("bytes", .integer(segment.bytes)),
              ("from", .optional(segment.times.map { "\($0.lowerBound)" })),
              ("to", .optional(segment.times.map { "\($0.upperBound)" })),
              ("state", .string(state(segment))),
            ])
          })
      ),
    ])
  }

  static func json(_ found: JournalVerification, _ faults: [JournalFault]) -> JSONValue {
    .object([
      ("sound", .bool(faults.isEmpty)), ("files", .integer(found.segments)),
      ("blocks", .integer(found.blocks)), ("events", .integer(found.events)),
      ("bytes", .integer(found.bytes)),
      ("faults", .array(faults.map { .string("\($0)") })),
    ])
  }

  static func summary(_ found: JournalVerification, _ faults: [JournalFault]) -> String {
    let read =
      "\(Figures.grouped(found.events)) events in \(Figures.grouped(found.segments)) files, "
      + Figures.bytes(Int64(found.bytes))
    return faults.isEmpty ? "sound: \(read)" : "\(faults.count) faults in \(read)"
  }
}
