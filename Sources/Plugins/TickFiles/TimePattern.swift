/// A time layout with fields at fixed places: `yyyyMMdd HH:mm:ss.SSS`, `dd/MM/yyyy HH:mm`.
///
/// Fields are `yyyy`, `yy`, `MM`, `dd`, `HH`, `mm`, `ss`, one to nine `S` for a fraction of at
/// most so many digits, and `Z` for an offset; `'…'` and everything that is no letter stand for
/// themselves. Year, month and day are needed.
package struct TimePattern: Equatable, Sendable {
  /// A field of a time.
  enum Field: Equatable, Sendable {
    case year
    case shortYear
    case month
    case day
    case hour
    case minute
    case second
  }

  private enum Part: Equatable, Sendable {
    case field(Field, digits: Int)
    case fraction(digitsMax: Int)
    case zone
    case literal(UInt8)
  }

  /// As it was written.
  package let text: String
  private let parts: [Part]

  /// Nil when a letter is no field, a quote does not end, a field comes twice, or the date is
  /// incomplete.
  package init?(_ text: String) {
    var parts: [Part] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "'") {
        rest.removeFirst()
        guard let end = rest.firstIndex(of: byte) else { return nil }
        parts += rest[..<end].map { Part.literal($0) }
        rest = rest[(end + 1)...]
        continue
      }
      let run = rest.prefix { $0 == byte }.count
      if let part = Self.part(byte, run) {
        parts.append(part)
        rest = rest.dropFirst(run)
      } else if (byte | 0x20) >= UInt8(ascii: "a"), (byte | 0x20) <= UInt8(ascii: "z") {
        return nil
      } else {
        parts.append(.literal(byte))
        rest = rest.dropFirst()
      }
    }
    let fields = parts.compactMap { part -> Field? in
      if case .field(let field, _) = part { field == .shortYear ? .year : field } else { nil }
    }
    let isUnique = fields.indices.allSatisfy { !fields[..<$0].contains(fields[$0]) }
    guard isUnique, [.year, .month, .day].allSatisfy(fields.contains) else { return nil }
    self.text = text
    self.parts = parts
  }

  private static func part(_ byte: UInt8, _ run: Int) -> Part? {
    switch (Character(Unicode.Scalar(byte)), run) {
    case ("y", 4): .field(.year, digits: 4)
    case ("y", 2): .field(.shortYear, digits: 2)
    case ("M", 2): .field(.month, digits: 2)
    case ("d", 2): .field(.day, digits: 2)
    case ("H", 2): .field(.hour, digits: 2)
    case ("m", 2): .field(.minute, digits: 2)
    case ("s", 2): .field(.second, digits: 2)
    case ("S", 1...9): .fraction(digitsMax: run)
    case ("Z", 1): .zone
    default: nil
    }
  }

  /// Reads the whole text; false when it does not follow the pattern.
  func read(_ fields: inout TimeFields) -> Bool {
    for part in parts {
      let isRead =
        switch part {
        case .field(let field, let digits): fields.number(digits, into: field)
        case .fraction(let digitsMax): fields.fraction(1...digitsMax)
        case .zone: fields.zone()
        case .literal(let byte): fields.skip(byte)
        }
      guard isRead else { return false }
    }
    return fields.isAtEnd
  }
}
