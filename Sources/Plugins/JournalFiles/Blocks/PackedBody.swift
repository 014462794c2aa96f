/// The body of a block that was made while recording: a column after the other, as bits.
///
/// `varint: trades, quotes, others` · sequences · classes, unless all are of one · the columns of
/// trades, quotes and others · eight zero bytes.
enum PackedBody {
  static func append(_ columns: EventColumns, to out: inout ByteBuffer) {
    for kind in EventColumns.Class.allCases {
      out.append(varint: UInt64(columns.count(of: kind)))
    }
    if let first = columns.firstOfEvenSequences {
      ColumnCodec.append(risingFrom: first, count: columns.count, to: &out)
    } else {
      ColumnCodec.append(columns.sequences, to: &out)
    }
    if !columns.isOneClass { ColumnCodec.append(columns.classes, to: &out) }
    for kind in EventColumns.Class.allCases where columns.count(of: kind) > 0 {
      for index in 0..<kind.columns {
        ColumnCodec.append(columns.column(index, of: kind), to: &out)
      }
    }
    out.append(word: 0)
  }

  /// Reads the body of a block of `count` events into columns.
  static func read(
    _ body: RawSpan, count: Int, into columns: EventColumns
  ) throws(BodyFault) {
    var reader = BodyReader(body)
    try readFrame(&reader, count: count, into: columns)
    for kind in EventColumns.Class.allCases where columns.count(of: kind) > 0 {
      for index in 0..<kind.columns {
        var column = columns.mutableColumn(index, of: kind)
        try ColumnCodec.read(&reader, into: &column)
      }
    }
  }

  /// Calls back with the head (word 1) of each event that is not a plain tick, and says how many
  /// plain trades and quotes there are, without reading them.
  static func heads(
    _ body: RawSpan, count: Int, _ other: (UInt64) -> Void
  ) throws(BodyFault) -> (trades: Int, quotes: Int) {
    var reader = BodyReader(body)
    let trades = try reader.count(atMost: count)
    let quotes = try reader.count(atMost: count)
    let others = try reader.count(atMost: count)
    guard others > 0 else { return (trades, quotes) }
    try ColumnCodec.skip(&reader, count: count)
    if others < count { try ColumnCodec.skip(&reader, count: count) }
    for ticks in [trades, quotes] where ticks > 0 {
      for _ in 0..<EventColumns.Class.trade.columns {
        try ColumnCodec.skip(&reader, count: ticks)
      }
    }
    var heads = [UInt64](repeating: 0, count: others)
    var span = heads.mutableSpan
    try ColumnCodec.read(&reader, into: &span)
    for head in heads { other(head) }
    return (trades, quotes)
  }

  /// Reads what packed and grouped bodies begin with: counts, sequences, classes.
  static func readFrame(
    _ reader: inout BodyReader, count: Int, into columns: EventColumns
  ) throws(BodyFault) {
    let trades = try reader.count(atMost: count)
    let quotes = try reader.count(atMost: count)
    let others = try reader.count(atMost: count)
    guard trades + quotes + others == count, count <= columns.capacity else {
      throw BodyFault(reason: "\(trades + quotes + others) events, the header says \(count)")
    }
    columns.setCounts(trades: trades, quotes: quotes, others: others)
    var sequences = columns.mutableSequences
    try ColumnCodec.read(&reader, into: &sequences)
    var classes = columns.mutableClasses
    if columns.isOneClass {
      let kind: UInt64 = trades > 0 ? 0 : quotes > 0 ? 1 : 2
      for index in 0..<count { classes[index] = kind }
    } else {
      try ColumnCodec.read(&reader, into: &classes)
    }
  }
}
