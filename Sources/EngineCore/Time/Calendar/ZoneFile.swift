extension ZoneRules {
  /// Reads a TZif file (RFC 9636), versions 1 to 4.
  ///
  /// From version 2 on the second block with its 64-bit times counts, and the POSIX rule at the end
  /// goes on after the last transition.
  public init(parsing bytes: [UInt8]) throws(ZoneError) {
    var file = ZoneFile(bytes)
    self = try file.read()
  }
}

/// A reader of TZif bytes. Every length is checked before it is used.
struct ZoneFile {
  private struct Header {
    var version: UInt8
    var universalCount: Int
    var standardCount: Int
    var leapCount: Int
    var transitionCount: Int
    var typeCount: Int
    var characterCount: Int

    func byteCount(timeBytes: Int) -> Int {
      transitionCount * (timeBytes + 1) + typeCount * 6 + characterCount
        + leapCount * (timeBytes + 4) + standardCount + universalCount
    }
  }

  private let bytes: [UInt8]
  private var index = 0
  /// The end of `Timestamp`'s range, so that nothing is asked beyond.
  private static let lastYear = 2262

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func read() throws(ZoneError) -> ZoneRules {
    let first = try header()
    guard first.version >= UInt8(ascii: "2") else {
      let (offset, transitions) = try block(first, timeBytes: 4)
      return ZoneRules(firstOffset: offset, transitions: transitions)
    }
    let skipped = first.byteCount(timeBytes: 4)
    try need(skipped)
    index += skipped
    let second = try header()
    let (offset, transitions) = try block(second, timeBytes: 8)
    let rule = try footer()
    let last = transitions.last?.time
    let from = last.map { Self.year(of: $0) } ?? 1900
    var all = transitions
    if let rule {
      all += rule.transitions(years: from...Self.lastYear).filter { $0.time > last ?? .min }
      if last == nil, all.isEmpty {
        return ZoneRules(firstOffset: rule.standardOffset, transitions: [])
      }
    }
    return ZoneRules(firstOffset: offset, transitions: all)
  }

  private static func year(of seconds: Int64) -> Int {
    CivilDate(daysSinceEpoch: Int(seconds.dividedFloor(by: 86_400))).year
  }

  private mutating func header() throws(ZoneError) -> Header {
    try need(44)
    guard bytes[index..<index + 4].elementsEqual("TZif".utf8) else {
      throw ZoneError("it does not begin with \"TZif\"")
    }
    let version = bytes[index + 4]
    index += 20
    let counts = (0..<6).map { _ in Int(UInt32(truncatingIfNeeded: integer(4))) }
    let header = Header(
      version: version, universalCount: counts[0], standardCount: counts[1],
      leapCount: counts[2], transitionCount: counts[3], typeCount: counts[4],
      characterCount: counts[5])
    guard header.typeCount > 0 else { throw ZoneError("it has no type of local time") }
    return header
  }

  private mutating func block(
    _ header: Header, timeBytes: Int
  ) throws(ZoneError) -> (firstOffset: Int, [ZoneRules.Transition]) {
    try need(header.byteCount(timeBytes: timeBytes))
    let times = (0..<header.transitionCount).map { _ in integer(timeBytes) }
    let types = (0..<header.transitionCount).map { _ in Int(UInt8(truncatingIfNeeded: integer(1))) }
    var offsets: [Int] = []
    for _ in 0..<header.typeCount {
      offsets.append(Int(integer(4)))
      index += 2
    }
    index +=
      header.characterCount + header.leapCount * (timeBytes + 4) + header.standardCount
      + header.universalCount
    guard types.allSatisfy({ $0 < offsets.count }) else {
      throw ZoneError("a transition names a type of local time that is not there")
    }
    guard offsets.allSatisfy({ $0.magnitude < 26 * 3600 }) else {
      throw ZoneError("an offset is beyond 26 hours")
    }
    for pair in zip(times, times.dropFirst()) where pair.0 >= pair.1 {
      throw ZoneError("its transitions are not in order")
    }
    let transitions = zip(times, types).map { time, type in
      ZoneRules.Transition(time: time, offset: offsets[type])
    }
    return (offsets[0], transitions)
  }

  /// The rule between two line ends; nil when it is empty.
  private func footer() throws(ZoneError) -> PosixZone? {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\n"),
      let end = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: "\n"))
    else { throw ZoneError("the rule at its end is missing") }
    guard end > index + 1 else { return nil }
    return try PosixZone(parsing: Array(bytes[(index + 1)..<end]))
  }

  private func need(_ count: Int) throws(ZoneError) {
    guard count <= bytes.count - index else { throw ZoneError("it is cut off") }
  }

  /// A signed big-endian integer of that many bytes, which are there.
  private mutating func integer(_ count: Int) -> Int64 {
    var value = Int64(Int8(bitPattern: bytes[index]))
    for offset in 1..<count {
      value = value << 8 | Int64(bytes[index + offset])
    }
    index += count
    return value
  }
}
