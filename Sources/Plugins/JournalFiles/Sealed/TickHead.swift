/// What is told once for all ticks of a class in a grouped block.
struct TickHead {
  /// How one field is written.
  final class Field {
    let mode: FieldMode
    let constant: UInt64?
    let hasUndefined: Bool
    /// What a symbol stands for, less the bits behind it.
    let bases: [UInt64]
    private let code: CodeDescription?
    /// Of `difference`: each group's first value.
    fileprivate(set) var firsts: ColumnView?
    fileprivate(set) var anchors = ClockAnchors()
    /// Of `runs`: the place after each run, and its value.
    fileprivate(set) var runEnds: [UInt64] = []
    fileprivate(set) var runValues: [UInt64] = []

    /// Of the time of receipt: told as it is, not less the event time.
    var isAbsolute: Bool { mode == .clock || mode == .runs }

    fileprivate init(_ reader: inout BodyReader) throws(BodyFault) {
      let mark = try reader.byte()
      guard let mode = FieldMode(rawValue: mark & 0x0F), mark & 0xC0 == 0 else {
        throw BodyFault(reason: "an unknown way to write a field (\(mark))")
      }
      self.mode = mode
      hasUndefined = mark & 0x20 != 0
      guard mode != .runs else {
        constant = nil
        bases = []
        code = nil
        return
      }
      bases = mode == .dictionary ? try Self.list(&reader) : ValueClass.bases
      if mark & 0x10 != 0 {
        constant = try reader.varint()
        code = nil
      } else {
        constant = nil
        code = try CodeDescription(&reader, isList: mode == .dictionary)
      }
    }

    /// Prepares for a reader of many ticks.
    func expand() { anchors.expand() }

    /// For many ticks.
    private(set) lazy var table = code?.table ?? TableCode(entries: [])
    /// For few ticks: a table would take longer to make than they take to read.
    var slim: SlimCode? { code.map { SlimCode($0) } }

    /// A symbol that is none of the list stands for zero.
    private static func list(_ reader: inout BodyReader) throws(BodyFault) -> [UInt64] {
      let count = try reader.count(atMost: ValueClass.undefined)
      var list = [UInt64](repeating: 0, count: ValueClass.count)
      for index in 0..<count { list[index] = try reader.word() }
      return list
    }

    fileprivate func readRuns(
      _ reader: inout BodyReader, ticks: Int
    ) throws(BodyFault) {
      let count = try reader.count(atMost: ticks)
      var ends = try TickHead.column(&reader, count)
      runValues = try TickHead.column(&reader, count)
      var end: UInt64 = 0
      for index in ends.indices {
        guard ends[index] <= UInt64(ticks) else { throw BodyFault(reason: "a run too long") }
        end += ends[index]
        ends[index] = end
      }
      guard end == UInt64(ticks) else { throw BodyFault(reason: "runs that do not add up") }
      runEnds = ends
    }

    fileprivate func readColumns(
      _ reader: inout BodyReader, ticks: Int, groups: Int, isExpanded: Bool
    ) throws(BodyFault) {
      switch mode {
      case .difference: firsts = try ColumnView(&reader, count: groups)
      case .clock:
        anchors = try ClockAnchors(&reader, ticks: ticks)
        if isExpanded { anchors.expand() }
      case .runs: try readRuns(&reader, ticks: ticks)
      case .plain, .dictionary: break
      }
    }
  }

  let ticks: Int
  let isQuote: Bool
  /// All groups are read.
  let isForAll: Bool
  let groupCount: Int
  private(set) var fields: [Field] = []
  /// Some field has values that are undefined.
  let hasUndefined: Bool
  private let instruments: ColumnView
  private let counts: ColumnView
  /// Where each group's bits begin behind the head; one more for the end.
  private let offsets: ColumnView
  private let checksums: ColumnView
  private let priceScales: Scales
  private let sizeScales: Scales

  private struct Scales {
    let distinct: [UInt64]
    let numbers: ColumnView

    init(_ reader: inout BodyReader, _ groups: Int) throws(BodyFault) {
      let count = try reader.count(atMost: max(groups, 1))
      var distinct: [UInt64] = []
      for _ in 0..<count { distinct.append(try reader.varint()) }
      self.distinct = distinct
      numbers = try ColumnView(&reader, count: groups)
    }

    func of(_ group: Int) throws(BodyFault) -> UInt64 {
      guard numbers[group] < UInt64(distinct.count) else {
        throw BodyFault(reason: "an unknown scale")
      }
      return distinct[Int(numbers[group])]
    }
  }

  /// Reads the head of a section of `ticks` ticks.
  ///
  /// - Parameter isForAll: all groups will be read, not one.
  init(
    _ reader: inout BodyReader, ticks: Int, isQuote: Bool, isForAll: Bool
  ) throws(BodyFault) {
    self.ticks = ticks
    self.isQuote = isQuote
    self.isForAll = isForAll
    let groups = try reader.count(atMost: ticks)
    groupCount = groups
    var fields: [Field] = []
    for _ in 0..<TickField.count { fields.append(try Field(&reader)) }
    self.fields = fields
    hasUndefined = fields.contains { $0.hasUndefined }
    instruments = try ColumnView(&reader, count: groups)
    counts = try ColumnView(&reader, count: groups)
    offsets = try ColumnView(&reader, count: groups + 1)
    checksums = try ColumnView(&reader, count: groups)
    priceScales = try Scales(&reader, groups)
    sizeScales = try Scales(&reader, groups)
    for field in fields {
      try field.readColumns(&reader, ticks: ticks, groups: groups, isExpanded: isForAll)
    }
    if isForAll { try checkCounts() }
  }

  private func checkCounts() throws(BodyFault) {
    var total: UInt64 = 0
    for group in 0..<groupCount {
      guard counts[group] <= UInt64(ticks) else { throw BodyFault(reason: "a group too large") }
      total += counts[group]
    }
    guard total == UInt64(ticks) else {
      throw BodyFault(reason: "groups of \(total) ticks, the block has \(ticks)")
    }
  }

  fileprivate static func column(
    _ reader: inout BodyReader, _ count: Int
  ) throws(BodyFault) -> [UInt64] {
    var values = [UInt64](repeating: 0, count: count)
    var span = values.mutableSpan
    try ColumnCodec.read(&reader, into: &span)
    return values
  }

  // MARK: Groups

  /// What is told of one group.
  struct Group {
    let number: Int
    let instrument: UInt64
    let count: Int
    /// Where its bits are behind the head.
    let bytes: Range<Int>
    let checksum: UInt64
    let priceScale: UInt64
    let sizeScale: UInt64
  }

  func group(_ number: Int) throws(BodyFault) -> Group {
    let count = counts[number]
    let first = offsets[number]
    let end = offsets[number + 1]
    guard count > 0, count <= UInt64(ticks) else { throw BodyFault(reason: "an empty group") }
    guard first <= end, end <= UInt64(BlockHeader.bodyMaximum) else {
      throw BodyFault(reason: "groups that are not one after the other")
    }
    return Group(
      number: number, instrument: instruments[number], count: Int(count),
      bytes: Int(first)..<Int(end), checksum: checksums[number],
      priceScale: try priceScales.of(number), sizeScale: try sizeScales.of(number))
  }

  /// The group of an instrument.
  func group(of instrument: UInt32) throws(BodyFault) -> Group? {
    guard let number = instruments.firstIndex(of: UInt64(instrument)) else { return nil }
    return try group(number)
  }
}
