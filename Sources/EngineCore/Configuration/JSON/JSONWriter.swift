/// Appends correct JSON to a byte buffer, compact or indented.
///
/// The writer places commas, colons and line breaks; the caller opens, fills and closes. Text that
/// is not JSON cannot be made except through `rawNumber`.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { writer in
///   writer.member("name", "web")
///   writer.member("clients", 12)
/// }
/// ```
public struct JSONWriter: Sendable {
  /// How lines are laid out.
  public enum Layout: Sendable, Hashable {
    /// No white space.
    case compact
    /// Two spaces a level, one member or element a line.
    case indented
  }

  /// What was written so far.
  public private(set) var bytes: [UInt8] = []
  private let layout: Layout
  private var depth = 0
  /// Whether the open container has something in it, so that a comma comes first.
  private var needsComma = false
  /// Whether a name was just written, so that its value follows on the same line.
  private var isAfterName = false

  /// Makes an empty writer.
  public init(layout: Layout = .compact) {
    self.layout = layout
  }

  /// The text written so far.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what was written and keeps the capacity.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    (depth, needsComma, isAfterName) = (0, false, false)
  }

  // MARK: Containers

  /// Writes an object whose members the closure writes.
  public mutating func object<Failure: Error>(
    _ members: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginObject()
    try members(&self)
    endObject()
  }

  /// Writes an array whose elements the closure writes.
  public mutating func array<Failure: Error>(
    _ elements: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginArray()
    try elements(&self)
    endArray()
  }

  /// Writes a name and an object.
  public mutating func object<Failure: Error>(
    _ name: String, _ members: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    self.name(name)
    try object(members)
  }

  /// Writes a name and an array.
  public mutating func array<Failure: Error>(
    _ name: String, _ elements: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    self.name(name)
    try array(elements)
  }

  /// Opens an object; `endObject` closes it.
  public mutating func beginObject() { begin(UInt8(ascii: "{")) }

  /// Closes the object opened last.
  public mutating func endObject() { end(UInt8(ascii: "}")) }

  /// Opens an array; `endArray` closes it.
  public mutating func beginArray() { begin(UInt8(ascii: "[")) }

  /// Closes the array opened last.
  public mutating func endArray() { end(UInt8(ascii: "]")) }

  /// Writes the name of the next member.
  public mutating func name(_ name: String) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    if layout == .indented { bytes.append(UInt8(ascii: " ")) }
    isAfterName = true
  }

  // MARK: Values

  /// Writes a string.
  public mutating func value(_ value: String) {
    separate()
    quote(value)
    needsComma = true
  }

  /// Writes `true` or `false`.
  public mutating func value(_ value: Bool) { raw(value ? "true" : "false") }

  /// Writes an integer.
  public mutating func value(_ value: some FixedWidthInteger) { raw(String(value)) }

  /// Writes a double in the shortest text that reads back the same; `null` when it is not finite.
  public mutating func value(_ value: Double) {
    raw(value.isFinite ? value.description : "null")
  }

  /// Writes `null`.
  public mutating func null() { raw("null") }

  /// Writes a number with the digits it has.
  public mutating func value(_ number: JSONNumber) { raw(number.text) }

  /// Writes decimal text such as `1.2345` as a number, digit for digit. The caller vouches that it
  /// follows the JSON grammar for numbers; text from outside goes through `JSONNumber`.
  public mutating func rawNumber(_ text: String) { raw(text) }

  /// Writes a value that was read or built. Nesting is bounded by `JSONReader.depthCeiling` for
  /// values that come from the reader.
  public mutating func value(_ value: JSONValue) {
    switch value.kind {
    case .null: null()
    case .bool(let bool): self.value(bool)
    case .number(let number): self.value(number)
    case .string(let string): self.value(string)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        name(member.name)
        self.value(member.value)
      }
      endObject()
    }
  }

  // MARK: Members

  /// Writes a member with a string.
  public mutating func member(_ name: String, _ value: String) {
    self.name(name)
    self.value(value)
  }

  /// Writes a member with a truth value.
  public mutating func member(_ name: String, _ value: Bool) {
    self.name(name)
    self.value(value)
  }

  /// Writes a member with an integer.
  public mutating func member(_ name: String, _ value: some FixedWidthInteger) {
    self.name(name)
    self.value(value)
  }

  /// Writes a member with a double; `null` when it is not finite.
  public mutating func member(_ name: String, _ value: Double) {
    self.name(name)
    self.value(value)
  }

  /// Writes a member with a value that was read or built.
  public mutating func member(_ name: String, _ value: JSONValue) {
    self.name(name)
    self.value(value)
  }

  // MARK: Text

  private mutating func raw(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    depth += 1
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    depth -= 1
    // Without a comma due, nothing was written since the bracket opened.
    if needsComma { breakLine() }
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if isAfterName {
      isAfterName = false
      return
    }
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    if depth > 0 { breakLine() }
  }

  private mutating func breakLine() {
    guard layout == .indented else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<(2 * depth) { bytes.append(UInt8(ascii: " ")) }
  }

  private mutating func quote(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    // Most text has nothing to escape and is copied whole.
    let escapes = string.utf8.contains {
      $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
    }
    guard escapes else {
      bytes.append(contentsOf: string.utf8)
      bytes.append(UInt8(ascii: "\""))
      return
    }
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x20...: bytes.append(byte)
      case 0x08: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "b")])
      case 0x09: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
      case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
      case 0x0C: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "f")])
      case 0x0D: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
      default:
        let hexadecimal = String(byte, radix: 16)
        bytes.append(contentsOf: "\\u00".utf8)
        if byte < 16 { bytes.append(UInt8(ascii: "0")) }
        bytes.append(contentsOf: hexadecimal.utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
