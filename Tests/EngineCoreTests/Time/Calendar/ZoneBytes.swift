/// TZif files made by hand.
enum ZoneBytes {
  /// - Parameter version: "\0", "2", "3" or "4"; from 2 on a second block and a footer follow.
  static func file(
    version: Character, transitions: [(time: Int64, type: UInt8)] = [],
    offsets: [Int32] = [0], footer: String?
  ) -> [UInt8] {
    var bytes = block(version, transitions, offsets, timeBytes: 4)
    if let footer {
      bytes += block(version, transitions, offsets, timeBytes: 8)
      bytes += Array("\n\(footer)\n".utf8)
    }
    return bytes
  }

  private static func block(
    _ version: Character, _ transitions: [(time: Int64, type: UInt8)], _ offsets: [Int32],
    timeBytes: Int
  ) -> [UInt8] {
    var bytes = Array("TZif".utf8) + [version.asciiValue ?? 0] + [UInt8](repeating: 0, count: 15)
    for count in [0, 0, 0, transitions.count, offsets.count, 4] {
      bytes += bigEndian(Int64(count), 4)
    }
    for transition in transitions { bytes += bigEndian(transition.time, timeBytes) }
    bytes += transitions.map(\.type)
    for offset in offsets { bytes += bigEndian(Int64(offset), 4) + [0, 0] }
    return bytes + Array("ABC\0".utf8)
  }

  private static func bigEndian(_ value: Int64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> Int64((count - 1 - $0) * 8)) }
  }
}
