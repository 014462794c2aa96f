/// Writes the ticks of a class in the grouped form; see docs/journal.md for the layout.
final class TickEncoder {
  private var groups = TickGroups()
  private var plans: [FieldPlan] = []
  private var anchors = [ClockAnchors](repeating: ClockAnchors(), count: TickField.count)
  private var dictionaries = [[UInt64: Int]](repeating: [:], count: TickField.count)
  private var streams = ByteBuffer(capacity: 1 << 16)

  /// Appends a section: `half: length of the head`, `half: its CRC-32C`, the head, the streams,
  /// eight zero bytes.
  func append(_ columns: EventColumns, _ kind: EventColumns.Class, to out: inout ByteBuffer) {
    groups.arrange(columns, kind)
    plans = (0..<TickField.count).map { plan($0) }
    let (offsets, checksums) = writeStreams()
    let start = out.count
    out.append(zeros: 8)
    writeHead(offsets, checksums, to: &out)
    let end = out.count
    out.set(half: UInt32(end - start - 8), at: start)
    out.set(half: out.bytes.checksum(start + 8..<end), at: start + 4)
    out.append(contentsOf: streams)
    out.append(word: 0)
  }

  // MARK: Choosing

  private func plan(_ field: Int) -> FieldPlan {
    anchors[field] = ClockAnchors()
    dictionaries[field] = [:]
    var best: FieldPlan?
    for mode in TickField.modes(field, isQuote: groups.isQuote) {
      guard let plan = plan(field, mode) else { continue }
      if best.map({ plan.bits < $0.bits }) ?? true { best = plan }
    }
    return best ?? FieldPlan(mode: .plain)
  }

  private func plan(_ field: Int, _ mode: FieldMode) -> FieldPlan? {
    var plan = FieldPlan(mode: mode)
    plan.hasUndefined = groups.hasUndefined & 1 << UInt8(field) != 0
    var counts = FieldCount()
    switch mode {
    case .runs:
      let runs = Self.runs(groups.straight[field]).count
      guard runs * 4 <= groups.count else { return nil }
      plan.bits = Double(runs) * 48
      return plan
    case .dictionary:
      guard let list = list(field) else { return nil }
      plan.list = list
      plan.bits = Double(list.count) * 64
    case .clock:
      anchors[field] = ClockAnchors(of: groups.straight[field])
      plan.bits = Double(anchors[field].values.count) * 24
    case .difference:
      plan.bits = Double(groups.order.groupCount) * 32
    case .plain: break
    }
    for group in 0..<groups.order.groupCount {
      each(group, field, plan) { residual, isUndefined in
        mode == .dictionary && !isUndefined
          ? counts.add(symbol: Int(residual)) : counts.add(residual, isUndefined)
      }
    }
    // Of distances, bits that are written as they are may follow.
    plan.constant = field == TickField.place && hasShiftedPlaces ? nil : counts.constant
    plan.bits += counts.bits
    plan.code = PrefixCode(counts: counts.counts)
    return plan
  }

  private var hasShiftedPlaces: Bool {
    (0..<groups.order.groupCount).contains {
      TickGroups.placeShift(ticks: groups.count, ofGroup: groups.range($0).count) > 0
    }
  }

  /// The distinct values of a field, when they are few.
  private func list(_ field: Int) -> [UInt64]? {
    let bit: UInt8 = 1 << UInt8(field)
    var found: [UInt64: Int] = [:]
    for place in 0..<groups.count where groups.undefined[place] & bit == 0 {
      let value = groups.values[field][place]
      if found[value] == nil {
        guard found.count < ValueClass.undefined else { return nil }
        found[value] = found.count
      }
    }
    dictionaries[field] = found
    return found.sorted { $0.value < $1.value }.map(\.key)
  }

  /// Where the values of a column change: lengths and values.
  private static func runs(_ values: [UInt64]) -> [(length: UInt64, value: UInt64)] {
    var runs: [(length: UInt64, value: UInt64)] = []
    for value in values {
      if let last = runs.indices.last, runs[last].value == value {
        runs[last].length += 1
      } else {
        runs.append((1, value))
      }
    }
    return runs
  }

  // MARK: Residuals

  /// What is written of a group's field, one after the other.
  @inline(__always)
  private func each(
    _ group: Int, _ field: Int, _ plan: FieldPlan, _ body: (UInt64, Bool) -> Void
  ) {
    let range = groups.range(group)
    let bit: UInt8 = 1 << UInt8(field)
    switch plan.mode {
    case .runs: return
    case .plain:
      if field == TickField.place {
        let shift = UInt64(TickGroups.placeShift(ticks: groups.count, ofGroup: range.count))
        for place in range { body(groups.values[field][place] >> shift, false) }
        return
      }
      for place in range {
        body(Zigzag.fold(groups.values[field][place]), groups.undefined[place] & bit != 0)
      }
    case .dictionary:
      for place in range {
        let isUndefined = groups.undefined[place] & bit != 0
        let index = isUndefined ? 0 : dictionaries[field][groups.values[field][place]] ?? 0
        body(UInt64(index), isUndefined)
      }
    case .difference:
      var before = groups.bases[field][group]
      for place in plan.hasUndefined ? range : range.dropFirst() {
        let isUndefined = groups.undefined[place] & bit != 0
        let value = groups.values[field][place]
        body(Zigzag.fold(value &- before), isUndefined)
        if !isUndefined { before = value }
      }
    case .clock:
      for place in range {
        let index = Int(groups.order.order[place])
        guard !ClockAnchors.isAnchor(index) else { continue }
        body(
          Zigzag.fold(groups.straight[field][index] &- anchors[field].predicted(index)), false)
      }
    }
  }

  // MARK: Streams

  private func writeStreams() -> (offsets: [UInt64], checksums: [UInt64]) {
    streams.removeAll()
    var offsets: [UInt64] = [0]
    var checksums: [UInt64] = []
    for group in 0..<groups.order.groupCount {
      let start = streams.count
      var writer = BitWriter()
      for field in 0..<TickField.count where plans[field].isInStreams {
        write(group, field, &writer)
      }
      writer.finish(&streams)
      offsets.append(UInt64(streams.count))
      checksums.append(UInt64(streams.bytes.checksum(start..<streams.count)))
    }
    return (offsets, checksums)
  }

  private func write(_ group: Int, _ field: Int, _ writer: inout BitWriter) {
    let plan = plans[field]
    guard let code = plan.code else { return }
    if field == TickField.place { return writePlaces(group, code, &writer) }
    each(group, field, plan) { residual, isUndefined in
      if isUndefined {
        put(ValueClass.undefined, code, &writer)
      } else if plan.mode == .dictionary {
        put(Int(residual), code, &writer)
      } else {
        put(residual, code, &writer)
      }
    }
  }

  private func writePlaces(_ group: Int, _ code: PrefixCode, _ writer: inout BitWriter) {
    let range = groups.range(group)
    let shift = TickGroups.placeShift(ticks: groups.count, ofGroup: range.count)
    for place in range {
      let value = groups.values[TickField.place][place]
      put(value >> UInt64(shift), code, &writer)
      writer.put(value & ((1 << UInt64(shift)) - 1), shift, to: &streams)
    }
  }

  @inline(__always)
  private func put(_ symbol: Int, _ code: PrefixCode, _ writer: inout BitWriter) {
    writer.put(UInt64(code.codes[symbol]), Int(code.lengths[symbol]), to: &streams)
  }

  @inline(__always)
  private func put(_ residual: UInt64, _ code: PrefixCode, _ writer: inout BitWriter) {
    let symbol = ValueClass.symbol(residual)
    put(symbol, code, &writer)
    let extra = ValueClass.extraBits(symbol)
    if extra > 0 { writer.put(residual & ((1 << UInt64(extra)) - 1), extra, to: &streams) }
  }

  // MARK: The head

  private func writeHead(
    _ offsets: [UInt64], _ checksums: [UInt64], to out: inout ByteBuffer
  ) {
    out.append(varint: UInt64(groups.order.groupCount))
    for plan in plans { append(plan, to: &out) }
    let instruments = groups.order.instruments
    ColumnCodec.append(plain: instruments.span, to: &out)
    let counts = (0..<groups.order.groupCount).map { UInt64(groups.range($0).count) }
    ColumnCodec.append(plain: counts.span, to: &out)
    ColumnCodec.append(plain: offsets.span, to: &out)
    ColumnCodec.append(plain: checksums.span, to: &out)
    append(scales: groups.priceScales, to: &out)
    append(scales: groups.sizeScales, to: &out)
    for field in 0..<TickField.count {
      switch plans[field].mode {
      case .difference:
        let bases = groups.bases[field]
        ColumnCodec.append(plain: bases.span, to: &out)
      case .clock:
        anchors[field].append(to: &out)
      case .runs: append(runs: Self.runs(groups.straight[field]), to: &out)
      case .plain, .dictionary: break
      }
    }
    out.append(word: 0)
  }

  /// `byte: mode, bit 4: one residual for all, bit 5: some are undefined`, then that residual, or
  /// the list of a dictionary and the code.
  private func append(_ plan: FieldPlan, to out: inout ByteBuffer) {
    out.append(
      plan.mode.rawValue | (plan.constant != nil ? 0x10 : 0) | (plan.hasUndefined ? 0x20 : 0))
    if plan.mode == .runs { return }
    if plan.mode == .dictionary {
      out.append(varint: UInt64(plan.list.count))
      for value in plan.list { out.append(word: value) }
    }
    if let constant = plan.constant {
      out.append(varint: constant)
    } else {
      plan.code?.append(to: &out)
    }
  }

  /// The distinct ones, then of each group which it is.
  private func append(scales: [UInt64], to out: inout ByteBuffer) {
    let distinct = Set(scales).sorted()
    out.append(varint: UInt64(distinct.count))
    for scale in distinct { out.append(varint: scale) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(distinct, 0...))
    let column = scales.map { UInt64(numbers[$0] ?? 0) }
    ColumnCodec.append(plain: column.span, to: &out)
  }

  private func append(
    runs: [(length: UInt64, value: UInt64)], to out: inout ByteBuffer
  ) {
    out.append(varint: UInt64(runs.count))
    let lengths = runs.map(\.length)
    ColumnCodec.append(lengths.span, to: &out)
    let values = runs.map(\.value)
    ColumnCodec.append(values.span, to: &out)
  }
}
