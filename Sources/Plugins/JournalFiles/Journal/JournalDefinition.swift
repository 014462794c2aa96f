public import EngineCore

/// A definition as it is recorded: the event's payload, with the texts that the event only names.
public struct JournalDefinition: Equatable, Sendable {
  /// Position of the event.
  public var sequence: UInt64
  public var definition: Definition
  public var text: String
  /// All that was known of an instrument.
  public var instrument: Instrument?

  public init(
    sequence: UInt64, definition: Definition, text: String, instrument: Instrument? = nil
  ) {
    self.sequence = sequence
    self.definition = definition
    self.text = text
    self.instrument = instrument
  }

  /// All definitions of a journal, in the order of their positions, also while it is written.
  public static func all(_ disk: any JournalDisk) throws(JournalError) -> [JournalDefinition] {
    do throws(DiskError) {
      return try DefinitionsFile.load(disk).definitions
    } catch {
      throw .disk(error)
    }
  }

  /// A definition event with what the catalog knows of it.
  init(sequence: UInt64, definition: Definition, catalog: Catalog) {
    self.init(
      sequence: sequence, definition: definition, text: catalog.text(definition.text) ?? "",
      instrument: definition.namespace == .instrument
        ? catalog.instrument(InstrumentID(definition.id)) : nil)
  }
}

/// Frames of definitions.
///
/// Body: `varint: count`, then of each: sequence, id, text id (varints), namespace, decimals of
/// prices, of sizes (bytes), the text, and 0, or 1 with symbol, venue, name, increment, currency
/// and calendar of an instrument, where each that may be absent is 0, or 1 and a text.
enum DefinitionFrame {
  static func append(
    _ definitions: [JournalDefinition], after previous: UInt64, to out: inout ByteBuffer
  ) -> BlockHeader? {
    let start = out.count
    out.append(zeros: BlockHeader.length)
    out.append(varint: UInt64(definitions.count))
    for definition in definitions { append(definition, to: &out) }
    var facts = BlockFacts()
    facts.previous = previous
    facts.first = previous + 1
    facts.last = previous
    BlockHeader.seal(&out, at: start, codec: .definitions, facts: facts)
    return BlockHeader(out.bytes, at: start)
  }

  private static func append(_ entry: JournalDefinition, to out: inout ByteBuffer) {
    out.append(varint: entry.sequence)
    out.append(varint: UInt64(entry.definition.id))
    out.append(varint: UInt64(entry.definition.text.raw))
    out.append(entry.definition.namespace.rawValue)
    out.append(entry.definition.pricePrecision)
    out.append(entry.definition.sizePrecision)
    out.append(text: entry.text)
    guard let instrument = entry.instrument else {
      out.append(0)
      return
    }
    out.append(1)
    out.append(text: instrument.symbol)
    append(optional: instrument.venue, to: &out)
    append(optional: instrument.name, to: &out)
    append(optional: instrument.increment.map { String($0.raw) }, to: &out)
    append(optional: instrument.currency, to: &out)
    append(optional: instrument.calendar, to: &out)
  }

  private static func append(optional text: String?, to out: inout ByteBuffer) {
    out.append(text == nil ? 0 : 1)
    if let text { out.append(text: text) }
  }

  static func read(_ body: RawSpan) throws(BodyFault) -> [JournalDefinition] {
    var reader = BodyReader(body)
    let count = try reader.count(atMost: body.byteCount)
    var definitions: [JournalDefinition] = []
    for _ in 0..<count { definitions.append(try readOne(&reader)) }
    return definitions
  }

  private static func readOne(_ reader: inout BodyReader) throws(BodyFault) -> JournalDefinition {
    let sequence = try reader.varint()
    let id = UInt32(try reader.count(atMost: Int(UInt32.max)))
    let text = TextID(UInt32(try reader.count(atMost: Int(UInt32.max))))
    guard let namespace = DefinitionNamespace(rawValue: try reader.byte()) else {
      throw BodyFault(reason: "an unknown name space")
    }
    let pricePrecision = try reader.byte()
    let sizePrecision = try reader.byte()
    let definition = Definition(
      namespace: namespace, id: id, text: text, pricePrecision: pricePrecision,
      sizePrecision: sizePrecision)
    let name = try reader.text()
    guard try reader.byte() == 1 else {
      return JournalDefinition(sequence: sequence, definition: definition, text: name)
    }
    var instrument = Instrument(
      symbol: try reader.text(), pricePrecision: Int(pricePrecision),
      sizePrecision: Int(sizePrecision))
    instrument.venue = try optional(&reader)
    instrument.name = try optional(&reader)
    if let increment = try optional(&reader) {
      guard let raw = Int64(increment) else { throw BodyFault(reason: "an increment") }
      instrument.increment = Price(raw: raw)
    }
    instrument.currency = try optional(&reader)
    instrument.calendar = try optional(&reader)
    return JournalDefinition(
      sequence: sequence, definition: definition, text: name, instrument: instrument)
  }

  private static func optional(_ reader: inout BodyReader) throws(BodyFault) -> String? {
    try reader.byte() == 1 ? try reader.text() : nil
  }
}
