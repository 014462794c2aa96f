/// What is told once for all ticks of a class in a grouped block.
struct TickHead {
  struct Field {
    var mode = FieldMode.plain
    var constant: UInt64?
    var hasUndefined = false
    var list: [UInt64] = []
    var table: [UInt16] = []
    var bases: [UInt64] = []
    var anchors = ClockAnchors(values: [])
    /// Of `runs`: the place after each run, and its value.
    var runEnds: [UInt64] = []
    var runValues: [UInt64] = []

    var isInStreams: Bool { constant == nil && mode != .runs }
  }

  let ticks: Int
  let isQuote: Bool
  private(set) var instruments: [UInt64] = []
  private(set) var counts: [UInt64] = []
  /// Where each group's bits begin behind the head; one more for the end.
  private(set) var offsets: [UInt64] = []
  private(set) var checksums: [UInt64] = []
  private(set) var priceScales: [UInt64] = []
  private(set) var sizeScales: [UInt64] = []
  private(set) var fields: [Field] = []

  var groupCount: Int { instruments.count }

  /// Reads the head of a section of `ticks` ticks.
  init(_ reader: inout BodyReader, ticks: Int, isQuote: Bool) throws(BodyFault) {
    self.ticks = ticks
    self.isQuote = isQuote
    let groups = try reader.count(atMost: ticks)
    for _ in 0..<TickField.count { fields.append(try Self.field(&reader)) }
    instruments = try Self.column(&reader, groups)
    counts = try Self.column(&reader, groups)
    offsets = try Self.column(&reader, groups + 1)
    checksums = try Self.column(&reader, groups)
    priceScales = try Self.scales(&reader, groups)
    sizeScales = try Self.scales(&reader, groups)
    for field in 0..<TickField.count {
      switch fields[field].mode {
      case .difference: fields[field].bases = try Self.column(&reader, groups)
      case .clock:
        fields[field].anchors = ClockAnchors(
          values: try Self.column(&reader, ClockAnchors.count(of: ticks)))
      case .runs: try readRuns(&reader, field)
      case .plain, .dictionary: break
      }
    }
    try checkGroups()
  }

  private func checkGroups() throws(BodyFault) {
    var total: UInt64 = 0
    for count in counts {
      guard count > 0, count <= UInt64(ticks) else { throw BodyFault(reason: "an empty group") }
      total += count
    }
    guard total == UInt64(ticks) else {
      throw BodyFault(reason: "groups of \(total) ticks, the block has \(ticks)")
    }
    for group in 0..<groupCount where offsets[group] > offsets[group + 1] {
      throw BodyFault(reason: "groups that are not one after the other")
    }
    guard (offsets.last ?? 0) <= UInt64(BlockHeader.bodyMaximum) else {
      throw BodyFault(reason: "groups outside the block")
    }
  }

  private static func field(_ reader: inout BodyReader) throws(BodyFault) -> Field {
    var field = Field()
    let mark = try reader.byte()
    guard let mode = FieldMode(rawValue: mark & 0x0F), mark & 0xC0 == 0 else {
      throw BodyFault(reason: "an unknown way to write a field (\(mark))")
    }
    field.mode = mode
    field.hasUndefined = mark & 0x20 != 0
    if mode == .runs { return field }
    if mode == .dictionary {
      let count = try reader.count(atMost: ValueClass.undefined)
      for _ in 0..<count { field.list.append(try reader.word()) }
      // A symbol that is none of the list is a fault, and zero until that is seen.
      field.list += Array(repeating: 0, count: ValueClass.count - count)
    }
    if mark & 0x10 != 0 {
      field.constant = try reader.varint()
    } else {
      field.table = try PrefixCode.readTable(&reader)
    }
    return field
  }

  private static func column(
    _ reader: inout BodyReader, _ count: Int
  ) throws(BodyFault) -> [UInt64] {
    var values = [UInt64](repeating: 0, count: count)
    var span = values.mutableSpan
    try ColumnCodec.read(&reader, into: &span)
    return values
  }

  private static func scales(
    _ reader: inout BodyReader, _ groups: Int
  ) throws(BodyFault) -> [UInt64] {
    let count = try reader.count(atMost: max(groups, 1))
    var distinct: [UInt64] = []
    for _ in 0..<count { distinct.append(try reader.varint()) }
    var scales = try column(&reader, groups)
    for index in scales.indices {
      guard scales[index] < UInt64(count) else { throw BodyFault(reason: "an unknown scale") }
      scales[index] = distinct[Int(scales[index])]
    }
    return scales
  }

  private mutating func readRuns(_ reader: inout BodyReader, _ field: Int) throws(BodyFault) {
    let count = try reader.count(atMost: ticks)
    var ends = try Self.column(&reader, count)
    fields[field].runValues = try Self.column(&reader, count)
    var end: UInt64 = 0
    for index in ends.indices {
      guard ends[index] <= UInt64(ticks) else { throw BodyFault(reason: "a run too long") }
      end += ends[index]
      ends[index] = end
    }
    guard end == UInt64(ticks) else { throw BodyFault(reason: "runs that do not add up") }
    fields[field].runEnds = ends
  }

  /// The group of an instrument.
  func group(of instrument: UInt32) -> Int? {
    var low = 0
    var high = instruments.count
    while low < high {
      let middle = (low + high) / 2
      if instruments[middle] < UInt64(instrument) { low = middle + 1 } else { high = middle }
    }
    return low < instruments.count && instruments[low] == UInt64(instrument) ? low : nil
  }
}
