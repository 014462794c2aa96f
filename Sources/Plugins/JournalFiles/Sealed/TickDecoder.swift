internal import EngineCore

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

  /// Reads a group.
  ///
  /// - Parameter base: where in the bytes the streams begin; eight bytes follow the group's.
  func read(
    _ head: TickHead, _ group: TickHead.Group, _ bytes: RawSpan, base: Int
  ) throws(BodyFault) {
    let end = base + group.bytes.upperBound
    guard base + group.bytes.lowerBound >= 0, end + 8 <= bytes.byteCount else {
      throw BodyFault(reason: "a group outside the block")
    }
    var cursor = BitCursor(bit: (base + group.bytes.lowerBound) * 8, end: end * 8)
    undefined.removeAll(keepingCapacity: true)
    undefined.append(contentsOf: repeatElement(0, count: group.count))
    try readPlaces(head, group, bytes, &cursor)
    for number in TickField.head..<TickField.count {
      var column = values[number]
      values[number] = []
      if column.count != group.count {
        column.removeAll(keepingCapacity: true)
        column.append(contentsOf: repeatElement(0, count: group.count))
      }
      read(head.fields[number], number, group, bytes, &cursor, &column)
      values[number] = column
    }
    guard cursor.isAtEnd else { throw BodyFault(reason: "a group of another length") }
    unscale(head, group)
  }

  // MARK: Fields

  private func readPlaces(
    _ head: TickHead, _ group: TickHead.Group, _ bytes: RawSpan, _ cursor: inout BitCursor
  ) throws(BodyFault) {
    let field = head.fields[TickField.place]
    guard field.mode == .plain else { throw BodyFault(reason: "places of another kind") }
    let shift = TickGroups.placeShift(ticks: head.ticks, ofGroup: group.count)
    let (table, bases) = (field.table, field.bases)
    var places = self.places
    self.places = []
    defer { self.places = places }
    places.removeAll(keepingCapacity: true)
    places.reserveCapacity(group.count)
    var place = -1
    for _ in 0..<group.count {
      var distance = field.constant ?? 0
      if field.constant == nil {
        distance = cursor.next(table, bases, bytes).value
        if shift > 0 { distance = distance << UInt64(shift) | cursor.take(shift, bytes) }
      }
      guard distance < UInt64(head.ticks - place - 1) else {
        throw BodyFault(reason: "a tick outside the block")
      }
      place &+= 1 &+ Int(truncatingIfNeeded: distance)
      places.append(place)
    }
  }

  private func read(
    _ field: TickHead.Field, _ number: Int, _ group: TickHead.Group, _ bytes: RawSpan,
    _ cursor: inout BitCursor, _ column: inout [UInt64]
  ) {
    switch field.mode {
    case .plain, .dictionary: readPlain(field, number, bytes, &cursor, &column)
    case .difference:
      let first = field.firsts?[group.number] ?? 0
      readDifferences(field, number, first, bytes, &cursor, &column)
    case .clock: readClock(field, bytes, &cursor, &column)
    case .runs: readRuns(field, &column)
    }
    if field.mode == .clock || field.mode == .runs, number == TickField.receiveTime {
      // It was told as it is; the others are relative to the event time, which is known by now.
      let times = values[TickField.eventTime]
      for index in column.indices { column[index] &-= times[index] }
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
    let (table, bases) = (field.table, field.bases)
    if field.hasUndefined {
      for index in column.indices {
        let next = cursor.next(table, bases, bytes)
        let isUndefined = next.symbol == ValueClass.undefined
        if isUndefined { undefined[index] |= 1 << UInt8(number) }
        column[index] =
          isUndefined ? 0 : field.mode == .dictionary ? next.value : Zigzag.unfold(next.value)
      }
    } else if field.mode == .dictionary {
      for index in column.indices { column[index] = cursor.next(table, bases, bytes).value }
    } else {
      for index in column.indices {
        column[index] = Zigzag.unfold(cursor.next(table, bases, bytes).value)
      }
    }
  }

  private func readDifferences(
    _ field: TickHead.Field, _ number: Int, _ first: UInt64, _ bytes: RawSpan,
    _ cursor: inout BitCursor, _ column: inout [UInt64]
  ) {
    var value = first
    let (table, bases) = (field.table, field.bases)
    if field.hasUndefined {
      for index in column.indices {
        let next = cursor.next(table, bases, bytes)
        if next.symbol == ValueClass.undefined {
          undefined[index] |= 1 << UInt8(number)
          column[index] = 0
        } else {
          value &+= Zigzag.unfold(next.value)
          column[index] = value
        }
      }
      return
    }
    let step = field.constant.map { Zigzag.unfold($0) }
    column[0] = value
    for index in 1..<column.count {
      value &+= step ?? Zigzag.unfold(cursor.next(table, bases, bytes).value)
      column[index] = value
    }
  }

  private func readClock(
    _ field: TickHead.Field, _ bytes: RawSpan, _ cursor: inout BitCursor,
    _ column: inout [UInt64]
  ) {
    let (table, bases, anchors, places) = (field.table, field.bases, field.anchors, places)
    let constant = field.constant.map { Zigzag.unfold($0) }
    for index in column.indices {
      let place = places[index]
      if ClockAnchors.isAnchor(place) {
        column[index] = anchors[place / ClockAnchors.step]
      } else {
        let residual = constant ?? Zigzag.unfold(cursor.next(table, bases, bytes).value)
        column[index] = anchors.predicted(place) &+ residual
      }
    }
  }

  private func readRuns(_ field: TickHead.Field, _ column: inout [UInt64]) {
    // Places rise: the run of the next one is here or further on.
    var run = 0
    let (ends, values) = (field.runEnds, field.runValues)
    for index in column.indices {
      let place = UInt64(places[index])
      if run + 8 < ends.count, ends[run + 8] <= place {
        run = Self.firstRun(ends, after: place, from: run)
      }
      while ends[run] <= place { run += 1 }
      column[index] = values[run]
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

  private func unscale(_ head: TickHead, _ group: TickHead.Group) {
    if head.isQuote {
      addBids()
      multiply(head, TickField.price, group.priceScale)
      multiply(head, TickField.second, group.priceScale)
      multiply(head, TickField.sixth, group.sizeScale)
      multiply(head, TickField.seventh, group.sizeScale)
    } else {
      multiply(head, TickField.price, group.priceScale)
      multiply(head, TickField.second, group.sizeScale)
    }
  }

  private func addBids() {
    let bidBit: UInt8 = 1 << UInt8(TickField.price)
    let bids = values[TickField.price]
    var bid: UInt64 = 0
    for index in bids.indices {
      if undefined[index] & bidBit == 0 { bid = bids[index] }
      values[TickField.second][index] &+= bid
    }
  }

  private func multiply(_ head: TickHead, _ field: Int, _ scale: UInt64) {
    var column = values[field]
    values[field] = []
    if scale > 1 {
      for index in column.indices { column[index] &*= scale }
    }
    if head.fields[field].hasUndefined {
      let bit: UInt8 = 1 << UInt8(field)
      for index in column.indices where undefined[index] & bit != 0 {
        column[index] = TickGroups.undefinedWord
      }
    }
    values[field] = column
  }

  // MARK: Events

  /// Writes the group's ticks as events.
  ///
  /// - Parameters:
  ///   - slot: where a tick goes, by its number in the group and its place in the class.
  ///   - sequence: its sequence, by its place in the class.
  @inline(__always)
  func put(
    _ group: TickHead.Group, into area: EventArea, slot: (_ index: Int, _ place: Int) -> Int,
    sequence: (_ place: Int) -> UInt64
  ) {
    let places = places
    let heads = values[TickField.head]
    let prices = values[TickField.price]
    let seconds = values[TickField.second]
    let times = values[TickField.eventTime]
    let delays = values[TickField.receiveTime]
    let sixths = values[TickField.sixth]
    let sevenths = values[TickField.seventh]
    let instrument = group.instrument << 32
    for index in places.indices {
      let place = places[index]
      let time = times[index]
      area.setShort(
        slot(index, place), sequence(place), instrument | heads[index] & 0xFFFF_FFFF,
        prices[index], seconds[index], time, delays[index] &+ time, sixths[index],
        sevenths[index])
    }
  }
}
