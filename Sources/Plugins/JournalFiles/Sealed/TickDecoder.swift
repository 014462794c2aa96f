/// Reads groups of ticks.
///
/// The fields of a group stand one after the other, each for all ticks of the group: every field is
/// read in a loop of its own.
final class TickDecoder {
  /// For each field what was read of the group.
  private var values = [[UInt64]](repeating: [], count: TickField.count)
  /// Places in the class of the group's ticks.
  private(set) var places: [Int] = []
  private var undefined: [UInt8] = []
  private var bit = 0
  private var end = 0

  /// Reads a group whose bits are `streams[offsets[group]..<offsets[group + 1]]`; eight bytes follow.
  ///
  /// - Parameter base: where the streams begin in the bytes.
  func read(
    _ head: TickHead, _ group: Int, _ bytes: RawSpan, base: Int
  ) throws(BodyFault) {
    let count = Int(head.counts[group])
    bit = (base + Int(head.offsets[group])) * 8
    end = (base + Int(head.offsets[group + 1])) * 8
    guard end / 8 + 8 <= bytes.byteCount else {
      throw BodyFault(reason: "a group outside the block")
    }
    undefined = Array(repeating: 0, count: count)
    try readPlaces(head, group, count, bytes)
    for field in TickField.head..<TickField.count {
      var column = values[field]
      values[field] = []
      resize(&column, count)
      try read(head.fields[field], field, group, bytes, &column)
      values[field] = column
    }
    // Of the last byte a few bits may be over.
    guard end - bit < 8, bit <= end else { throw BodyFault(reason: "a group of another length") }
    unscale(head, group, count)
  }

  private func resize(_ column: inout [UInt64], _ count: Int) {
    if column.count > count {
      column.removeLast(column.count - count)
    } else {
      while column.count < count { column.append(0) }
    }
  }

  // MARK: Fields

  private func readPlaces(
    _ head: TickHead, _ group: Int, _ count: Int, _ bytes: RawSpan
  ) throws(BodyFault) {
    let field = head.fields[TickField.place]
    guard field.mode == .plain else { throw BodyFault(reason: "places of another kind") }
    let shift = TickGroups.placeShift(ticks: head.ticks, ofGroup: count)
    places.removeAll(keepingCapacity: true)
    var place = -1
    var cursor = BitCursor(bit: bit, end: end)
    for _ in 0..<count {
      var distance: UInt64
      if let constant = field.constant {
        distance = constant
      } else {
        let symbol = cursor.symbol(field.table, bytes)
        distance = cursor.value(symbol, bytes)
        if shift > 0 {
          distance = distance << UInt64(shift) | cursor.take(shift, bytes)
        }
      }
      guard distance < UInt64(head.ticks - place - 1) else {
        throw BodyFault(reason: "a tick outside the block")
      }
      place += 1 + Int(distance)
      places.append(place)
    }
    bit = cursor.bit
    guard !cursor.isOver else { throw BodyFault(reason: "a group that is cut off") }
  }

  private func read(
    _ field: TickHead.Field, _ number: Int, _ group: Int, _ bytes: RawSpan,
    _ column: inout [UInt64]
  ) throws(BodyFault) {
    var cursor = BitCursor(bit: bit, end: end)
    switch field.mode {
    case .plain, .dictionary: readPlain(field, number, bytes, &cursor, &column)
    case .difference:
      readDifferences(field, number, field.bases[group], bytes, &cursor, &column)
    case .clock: readClock(field, bytes, &cursor, &column)
    case .runs: readRuns(field, &column)
    }
    bit = cursor.bit
    guard !cursor.isOver else { throw BodyFault(reason: "a group that is cut off") }
    if field.mode == .clock || field.mode == .runs, number == TickField.receiveTime {
      // It was told as it is; the others are relative to the event time, which is known by now.
      for index in column.indices { column[index] &-= values[TickField.eventTime][index] }
    }
  }

  @inline(__always)
  private func readPlain(
    _ field: TickHead.Field, _ number: Int, _ bytes: RawSpan, _ cursor: inout BitCursor,
    _ column: inout [UInt64]
  ) {
    if let constant = field.constant {
      for index in column.indices { column[index] = Zigzag.unfold(constant) }
      return
    }
    let isList = field.mode == .dictionary
    for index in column.indices {
      let symbol = cursor.symbol(field.table, bytes)
      if symbol == ValueClass.undefined {
        undefined[index] |= 1 << UInt8(number)
        column[index] = 0
      } else if isList {
        column[index] = field.list[symbol]
      } else {
        column[index] = Zigzag.unfold(cursor.value(symbol, bytes))
      }
    }
  }

  private func readDifferences(
    _ field: TickHead.Field, _ number: Int, _ base: UInt64, _ bytes: RawSpan,
    _ cursor: inout BitCursor, _ column: inout [UInt64]
  ) {
    var value = base
    let isFirstTold = field.hasUndefined
    for index in column.indices {
      if index == 0, !isFirstTold {
        column[index] = value
        continue
      }
      if let constant = field.constant {
        value &+= Zigzag.unfold(constant)
      } else {
        let symbol = cursor.symbol(field.table, bytes)
        if symbol == ValueClass.undefined {
          undefined[index] |= 1 << UInt8(number)
          column[index] = 0
          continue
        }
        value &+= Zigzag.unfold(cursor.value(symbol, bytes))
      }
      column[index] = value
    }
  }

  private func readClock(
    _ field: TickHead.Field, _ bytes: RawSpan, _ cursor: inout BitCursor,
    _ column: inout [UInt64]
  ) {
    for index in column.indices {
      let place = places[index]
      if ClockAnchors.isAnchor(place) {
        column[index] = field.anchors.values[place / ClockAnchors.step]
      } else if let constant = field.constant {
        column[index] = field.anchors.predicted(place) &+ Zigzag.unfold(constant)
      } else {
        let symbol = cursor.symbol(field.table, bytes)
        column[index] =
          field.anchors.predicted(place) &+ Zigzag.unfold(cursor.value(symbol, bytes))
      }
    }
  }

  private func readRuns(_ field: TickHead.Field, _ column: inout [UInt64]) {
    // Places rise: the run of the next one is here or further on.
    var run = 0
    for index in column.indices {
      let place = UInt64(places[index])
      if run + 8 < field.runEnds.count, field.runEnds[run + 8] <= place {
        run = Self.firstRun(field.runEnds, after: place, from: run)
      }
      while field.runEnds[run] <= place { run += 1 }
      column[index] = field.runValues[run]
    }
  }

  private static func firstRun(_ ends: [UInt64], after place: UInt64, from: Int) -> Int {
    var low = from
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= place { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Scales

  private func unscale(_ head: TickHead, _ group: Int, _ count: Int) {
    let price = head.priceScales[group]
    let size = head.sizeScales[group]
    if head.isQuote {
      addBids()
      multiply(head, TickField.price, price)
      multiply(head, TickField.second, price)
      multiply(head, TickField.sixth, size)
      multiply(head, TickField.seventh, size)
    } else {
      multiply(head, TickField.price, price)
      multiply(head, TickField.second, size)
    }
  }

  private func addBids() {
    let bidBit: UInt8 = 1 << UInt8(TickField.price)
    var bid: UInt64 = 0
    for index in places.indices {
      if undefined[index] & bidBit == 0 { bid = values[TickField.price][index] }
      values[TickField.second][index] &+= bid
    }
  }

  private func multiply(_ head: TickHead, _ field: Int, _ scale: UInt64) {
    if scale > 1 {
      for index in places.indices { values[field][index] &*= scale }
    }
    guard head.fields[field].hasUndefined else { return }
    let bit: UInt8 = 1 << UInt8(field)
    for index in places.indices where undefined[index] & bit != 0 {
      values[field][index] = TickGroups.undefinedWord
    }
  }

  /// Writes a tick of the group as an event.
  @inline(__always)
  func put(
    _ index: Int, instrument: UInt64, sequence: UInt64, into area: EventArea, at slot: Int
  ) {
    let time = values[TickField.eventTime][index]
    area.setShort(
      slot, sequence, instrument << 32 | values[TickField.head][index] & 0xFFFF_FFFF,
      values[TickField.price][index], values[TickField.second][index], time,
      values[TickField.receiveTime][index] &+ time, values[TickField.sixth][index],
      values[TickField.seventh][index])
  }
}

/// A place in bits, and the end that it may not pass.
struct BitCursor {
  var bit: Int
  let end: Int

  /// True when more was taken than there was.
  var isOver: Bool { bit > end }

  @inline(__always)
  mutating func symbol(_ table: [UInt16], _ bytes: RawSpan) -> Int {
    // Behind the end there are eight bytes; further on everything reads as it is there.
    let word = bytes.word(at: min(bit, end) >> 3) &>> UInt64(bit & 7)
    let entry = table[Int(truncatingIfNeeded: word & UInt64(PrefixCode.tableSize - 1))]
    bit &+= Int(entry & 0xF)
    return Int(entry >> 4)
  }

  /// The number that a symbol and the bits behind it stand for.
  @inline(__always)
  mutating func value(_ symbol: Int, _ bytes: RawSpan) -> UInt64 {
    guard symbol >= 8 else { return UInt64(truncatingIfNeeded: symbol) }
    let extra = (symbol &- 8) / 4 &+ 1
    let top = UInt64(4 | (symbol &- 8) & 3)
    return top << UInt64(extra) | take(extra, bytes)
  }

  @inline(__always)
  mutating func take(_ width: Int, _ bytes: RawSpan) -> UInt64 {
    let taken = bytes.bits(at: min(bit, end), width)
    bit &+= width
    return taken
  }
}
