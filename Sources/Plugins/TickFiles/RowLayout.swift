/// What each column of a file is, compiled from its settings and its header.
package struct RowLayout: Equatable, Sendable {
  /// By column; nil is read over.
  package let roles: [ColumnRole?]
  package let kind: RowKind
  package let timeFormat: TimeFormat
  package let offsetNanos: Int64
  package let delimiter: UInt8
  /// For messages: the header's names, or `column 0`, `column 1`, ….
  package let names: [String]

  /// - Parameters:
  ///   - first: the fields of the header, or of the first row when there is no header.
  ///   - hasBars: the file says that its rows are bars.
  package init(
    _ file: RowFormat, first: [String], hasBars: Bool = false
  ) throws(LayoutError) {
    names = file.hasHeader ? first : first.indices.map { "column \($0)" }
    var roles = [ColumnRole?](repeating: nil, count: first.count)
    for (role, reference) in file.columns.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let index = try Self.index(of: reference, role, file, first)
      if let other = roles[index] {
        throw LayoutError(
          "\(Self.name(index, names)) is mapped to \(other.rawValue) and \(role.rawValue)")
      }
      roles[index] = role
    }
    let usual = hasBars ? ColumnRole.ofBars : ColumnRole.allCases
    if file.hasHeader { Self.addUsual(usual, &roles, file, first) }
    kind = hasBars ? try Self.bars(file) : try Self.kind(file, roles)
    let foreign = Self.foreign(to: kind)
    roles = roles.map { role in role.flatMap { foreign.contains($0) ? nil : $0 } }
    if file.symbol != nil { roles = roles.map { $0 == .symbol ? nil : $0 } }
    self.roles = roles
    try Self.check(roles, kind, file, names)
    delimiter = file.delimiter
    offsetNanos = file.offsetNanos
    let timeName = roles.firstIndex(of: .time).map { first[$0].lowercased() } ?? ""
    timeFormat = file.timeFormat ?? Self.format(of: file.hasHeader ? timeName : "")
  }

  private static func index(
    of reference: ColumnReference, _ role: ColumnRole, _ file: RowFormat, _ first: [String]
  ) throws(LayoutError) -> Int {
    switch reference {
    case .index(let index):
      guard first.indices.contains(index) else {
        throw LayoutError(
          "columns.\(role.rawValue) is \(index), but there are \(first.count) columns, from 0")
      }
      return index
    case .name(let name):
      guard file.hasHeader else {
        throw LayoutError(
          "columns.\(role.rawValue) is \"\(name)\", but the file has no header: give a number")
      }
      if let index = first.firstIndex(of: name) { return index }
      if let index = first.firstIndex(where: { $0.lowercased() == name.lowercased() }) {
        return index
      }
      throw LayoutError(
        "columns.\(role.rawValue): expected one of \(Self.list(first)), found \"\(name)\"")
    }
  }

  private static func addUsual(
    _ usual: [ColumnRole], _ roles: inout [ColumnRole?], _ file: RowFormat, _ header: [String]
  ) {
    let lower = header.map { $0.lowercased() }
    for role in usual where file.columns[role] == nil {
      let places = role.usualNames.compactMap { lower.firstIndex(of: $0) }
      if let index = places.first(where: { roles[$0] == nil }) { roles[index] = role }
    }
  }

  /// Columns of other kinds of rows are read over.
  private static func foreign(to kind: RowKind) -> [ColumnRole] {
    switch kind {
    case .trades: [.bid, .ask, .bidSize, .askSize]
    case .quotes: [.price, .size, .side, .buyerIsMaker, .tradeID]
    case .bars: ColumnRole.allCases.filter { !ColumnRole.ofBars.contains($0) }
    }
  }

  private static func bars(_ file: RowFormat) throws(LayoutError) -> RowKind {
    guard let kind = file.kind else { return .bars }
    throw LayoutError("its rows are bars, and no \(kind.rawValue), as \"type\" says")
  }

  private static func kind(
    _ file: RowFormat, _ roles: [ColumnRole?]
  ) throws(LayoutError) -> RowKind {
    if let kind = file.kind { return kind }
    let isTrade = roles.contains(.price)
    let isQuote = roles.contains(.bid) || roles.contains(.ask)
    guard isTrade != isQuote else {
      throw LayoutError(
        isTrade
          ? "it has a price and a bid or ask: say with \"type\" what to read"
          : "no column is a price, a bid or an ask: map them with \"columns\"")
    }
    return isTrade ? .trades : .quotes
  }

  private static func check(
    _ roles: [ColumnRole?], _ kind: RowKind, _ file: RowFormat, _ names: [String]
  ) throws(LayoutError) {
    func need(_ role: ColumnRole) throws(LayoutError) {
      guard !roles.contains(role) else { return }
      throw LayoutError(
        "no column is the \(role.rawValue): map it with columns.\(role.rawValue) to one of "
          + list(names))
    }
    if file.needsTime { try need(.time) }
    if file.symbol == nil, !roles.contains(.symbol) {
      throw LayoutError(
        "no column is the symbol: map it with columns.symbol, or give \"symbol\" for all rows")
    }
    switch kind {
    case .trades: try need(.price)
    case .quotes where !roles.contains(.bid): try need(.ask)
    case .quotes: break
    case .bars: for role in [ColumnRole.open, .high, .low, .close, .volume] { try need(role) }
    }
  }

  private static func format(of name: String) -> TimeFormat {
    for unit in ["ns", "us", "ms", "s"] where name.hasSuffix("_\(unit)") {
      if let format = TimeFormat(unit) { return format }
    }
    return .iso
  }

  private static func name(_ index: Int, _ names: [String]) -> String {
    names[index].hasPrefix("column ") ? names[index] : "column \"\(names[index])\""
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(32).map { "\"\($0)\"" }.joined(separator: ", ")
  }
}

/// Why a file's columns cannot be read as its settings say.
package struct LayoutError: Error, Equatable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
