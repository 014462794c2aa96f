extension RecordLayout {
  func append(to bytes: inout [UInt8]) {
    bytes.append(kind)
    bytes.append(version)
    bytes.appendInteger(self.bytes)
    bytes.appendText(name)
    bytes.appendInteger(UInt16(truncatingIfNeeded: fields.count))
    for field in fields {
      bytes.appendInteger(field.offset)
      bytes.append(field.type.rawValue)
      bytes.append(field.unit.rawValue)
      bytes.appendText(field.name)
    }
  }

  /// Reads a layout; fields of types and units that this code does not know are left out.
  init(_ reader: inout ByteReader) throws(ByteReader.Fault) {
    kind = try reader.integer()
    version = try reader.integer()
    bytes = try reader.integer()
    name = try reader.text()
    let count: UInt16 = try reader.integer()
    fields = []
    for _ in 0..<count {
      let offset: UInt16 = try reader.integer()
      let type = FieldType(rawValue: try reader.integer())
      let unit = Unit(rawValue: try reader.integer())
      let name = try reader.text()
      if let type, let unit { fields.append(Field(name, offset, type, unit)) }
    }
  }
}
