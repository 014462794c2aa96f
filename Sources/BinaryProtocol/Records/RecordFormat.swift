public import EngineCore

/// The fixed numbers of records; docs/protocol.md gives the bytes.
public enum RecordFormat {
  /// The version of every record that this code writes, and the only one it reads.
  public static let version: UInt8 = 1
  /// Raised when a record layout is added or grows; `describe` tells it.
  public static let schemaVersion: UInt16 = 1
  /// Least size of any record: its header.
  public static let headerBytes = 16
  /// Size of a trade, quote, correction, watermark, gap, status, time, command and position.
  public static let shortBytes = 64
  /// Size of a bar, an alert, and a trade that stands for several.
  public static let longBytes = 128
  /// What fits the size byte of a record.
  public static let bytesMax = 2_040
  /// Largest definition that is written.
  public static let definitionBytesMax = 1_984
  /// Sequences are below this.
  public static let sequenceLimit: UInt64 = 1 << 48

  /// The kind of a definition: its number is an event's, its layout is not.
  public static let definitionKind: UInt8 = 9
  /// The kind of a position, which is on the wire only.
  public static let positionKind: UInt8 = 0x80

  /// Whether events of this kind travel as they are: every kind of event but definitions.
  @inlinable static func isEvent(_ kind: UInt8) -> Bool { kind >= 1 && kind <= 11 && kind != 9 }

  /// The size of an event's record; a definition's depends on its texts.
  @inlinable public static func bytes(of event: Event) -> Int {
    bytes(kind: event.kindCode, flags: event.flags.rawValue)
  }

  /// The least size of a record of version 1 of an event kind.
  @inlinable static func bytes(kind: UInt8, flags: UInt8) -> Int {
    let isRange = kind == 1 && flags & EventFlags.conflated.rawValue != 0
    return kind == 3 || kind == 4 || isRange ? longBytes : shortBytes
  }

  /// Bytes of a long record that have a meaning; what follows is zero.
  @inlinable static func usedBytes(longKind kind: UInt8) -> Int {
    switch kind {
    case 3: 128
    case 4: 72
    default: 112
    }
  }
}
