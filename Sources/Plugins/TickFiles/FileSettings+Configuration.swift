package import EngineCore

extension FileSettings: ConfigurationRecord {
  package static let keys: [ConfigurationKey] = [
    .required("path", .path, "The file; relative to the directory where engined was started."),
    .optional(
      "type", .choice(of: RowKind.self), "What the rows are; without it the columns tell."),
    .optional("symbol", .text(.notEmpty), "The symbol of all rows; without it there is a column."),
    .optional(
      "venue", .text(.notEmpty), "Makes the instruments SYMBOL@VENUE, apart from those of others."),
    .key(
      "columns",
      .object(
        ColumnRole.allCases.map { role in
          .optional(
            role.rawValue, .oneOf([.integer(0...9_999), .text(.notEmpty)]),
            "Where the \(role.rawValue) is: a name in the header, or a place from 0.")
        }), default: [:],
      "Where each value is. Columns with the usual names need no mapping."),
    .key("header", .boolean, default: true, "Whether the first line names the columns."),
    .key(
      "delimiter", .choice(RowFormat.delimiters), default: ",", "What stands between two columns."),
    .optional(
      "time_format",
      .text(
        TextRule("ns, us, ms, s, iso or a pattern such as \"yyyyMMdd HH:mm:ss.SSS\"") {
          TimeFormat($0) != nil
        }),
      "How times are written; without it by the column's ending (_ns, _us, _ms, _s), else iso."),
    .key(
      "timezone",
      .text(
        TextRule("\"UTC\" or an offset such as \"+05:30\"", pattern: "^(UTC|[+-]\\d\\d:\\d\\d)$") {
          RowFormat.offsetNanos($0) != nil
        }), default: "UTC", "Of times that do not name their own offset."),
    .key(
      "price_precision", .integer(0...9), default: 2,
      "Decimals that people expect in prices of new instruments; more are exact all the same."),
  ]

  package init(from object: inout ConfigurationObject) {
    self.init(path: object.string("path"))
    rows.kind = object.optionalChoice("type", as: RowKind.self)
    rows.symbol = object.optionalString("symbol")
    rows.venue = object.optionalString("venue")
    rows.columns = object.object("columns") { columns in
      var references: [ColumnRole: ColumnReference] = [:]
      for role in ColumnRole.allCases {
        if let index = columns.optionalInteger(role.rawValue) {
          references[role] = .index(Int(index))
        } else if let name = columns.optionalString(role.rawValue) {
          references[role] = .name(name)
        }
      }
      return references
    }
    rows.hasHeader = object.boolean("header")
    rows.delimiter = object.string("delimiter").utf8.first ?? rows.delimiter
    rows.timeFormat = object.optionalString("time_format").flatMap { TimeFormat($0) }
    rows.offsetNanos = RowFormat.offsetNanos(object.string("timezone")) ?? 0
    rows.pricePrecision = Int(object.integer("price_precision"))
    if !rows.hasHeader {
      for (role, reference) in rows.columns.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        guard case .name(let name) = reference else { continue }
        object.fault(
          at: "columns.\(role.rawValue)",
          expected: "a place from 0, as there is no header", found: "\"\(name)\"")
      }
    }
  }
}
