/// Where the fields of a kind of record are, for programs that ask a server instead of the page.
public struct RecordLayout: Equatable, Sendable {
  /// How a field is written.
  public enum FieldType: UInt8, Sendable, CaseIterable {
    case u8 = 1
    case u16 = 2
    case u32 = 3
    case u64 = 4
    case i64 = 5
    case i128 = 6
    case text = 7
    case u48 = 8

    /// Its bytes; nil for a text.
    public var bytes: Int? {
      switch self {
      case .u8: 1
      case .u16: 2
      case .u32: 4
      case .u48: 6
      case .u64, .i64: 8
      case .i128: 16
      case .text: nil
      }
    }
  }

  /// What a field counts.
  public enum Unit: UInt8, Sendable, CaseIterable {
    /// Nothing: a count, a code, flags, a sequence.
    case none = 0
    /// 10⁻⁹: prices and sizes.
    case nano = 1
    /// 10⁻¹⁸: sums of price × size.
    case atto = 2
    /// Nanoseconds since 1970.
    case time = 3
    case instrument = 4
    case spec = 5
    case source = 6
    case rule = 7
    case textID = 8
  }

  /// One field.
  public struct Field: Equatable, Sendable {
    public var name: String
    /// Bytes from the beginning of the record; of texts behind the first, that of the first.
    public var offset: UInt16
    public var type: FieldType
    public var unit: Unit

    public init(_ name: String, _ offset: UInt16, _ type: FieldType, _ unit: Unit = .none) {
      self.name = name
      self.offset = offset
      self.type = type
      self.unit = unit
    }
  }

  public var kind: UInt8
  public var name: String
  public var version: UInt8
  /// The least size of a record.
  public var bytes: UInt16
  /// The fields behind the header of 16 bytes.
  public var fields: [Field]

  public init(
    kind: UInt8, name: String, version: UInt8 = RecordFormat.version, bytes: UInt16,
    fields: [Field]
  ) {
    self.kind = kind
    self.name = name
    self.version = version
    self.bytes = bytes
    self.fields = fields
  }
}
