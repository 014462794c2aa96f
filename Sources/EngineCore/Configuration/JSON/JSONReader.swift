/// A strict reader of RFC 8259 text.
///
/// It never recurses, so nesting costs memory and not stack; every fault comes with its line and
/// column. Names that occur twice are kept: whether they are a fault is for the caller to say.
/// Text must be UTF-8 without a byte order mark, and an escaped surrogate must be one of a pair.
public struct JSONReader: Sendable {
  /// Deeper nesting than this is refused whatever the caller asks, because destroying and comparing
  /// values does recurse.
  public static let depthCeiling = 2048

  /// The deepest nesting accepted.
  public let depthMaximum: Int
  /// The longest text accepted, in bytes.
  public let sizeMaximum: Int

  /// Makes a reader.
  /// - Parameters:
  ///   - depthMaximum: arrays and objects inside each other; held within 1…`depthCeiling`.
  ///   - sizeMaximum: bytes of text.
  public init(depthMaximum: Int = 512, sizeMaximum: Int = 64 << 20) {
    self.depthMaximum = min(max(depthMaximum, 1), JSONReader.depthCeiling)
    self.sizeMaximum = sizeMaximum
  }

  /// Reads one value and the white space around it.
  /// - Throws: `JSONError` with the first place that cannot be right.
  public func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    try read(bytes.span)
  }

  /// Reads one value and the white space around it.
  /// - Throws: `JSONError` with the first place that cannot be right.
  public func read(_ text: String) throws(JSONError) -> JSONValue {
    try read(Array(text.utf8).span)
  }

  /// Reads one value and the white space around it.
  /// - Throws: `JSONError` with the first place that cannot be right.
  public func read(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
    guard bytes.count <= sizeMaximum else {
      throw JSONError(
        position: .start, expected: "at most \(sizeMaximum) bytes of JSON",
        found: "\(bytes.count) bytes")
    }
    var scanner = JSONScanner(bytes)
    var open: [OpenContainer] = []
    scanner.skipSpace()
    while true {
      var value: JSONValue
      switch try next(&scanner, &open) {
      case .opened: continue
      case .complete(let finished): value = finished
      }
      // A finished value completes every container that closes behind it.
      while let container = open.last {
        let isObject = container.isObject
        if isObject {
          open[open.count - 1].add(member: value)
        } else {
          open[open.count - 1].elements.append(value)
        }
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: ",")) {
          scanner.skipSpace()
          if isObject { try readName(&scanner, &open) }
          break
        }
        guard scanner.take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
          throw scanner.fault(expected: isObject ? "\",\" or \"}\"" : "\",\" or \"]\"")
        }
        value = open.removeLast().value
      }
      if open.isEmpty {
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw scanner.fault(expected: "end of text") }
        return value
      }
    }
  }

  private enum Step {
    case opened
    case complete(JSONValue)
  }

  /// An array or object whose end has not been read yet.
  private struct OpenContainer {
    let isObject: Bool
    let position: TextPosition
    var elements: [JSONValue] = []
    var members: [JSONMember] = []
    var name = ""
    var namePosition = TextPosition.start

    init(isObject: Bool, position: TextPosition) {
      self.isObject = isObject
      self.position = position
    }

    mutating func add(member value: JSONValue) {
      members.append(JSONMember(name: name, namePosition: namePosition, value: value))
    }

    var value: JSONValue {
      JSONValue(isObject ? .object(members) : .array(elements), position: position)
    }
  }

  /// Reads a scalar or an empty container, or opens a container.
  private func next(
    _ scanner: inout JSONScanner, _ open: inout [OpenContainer]
  ) throws(JSONError) -> Step {
    let position = scanner.position
    switch scanner.current {
    case UInt8(ascii: "{"):
      try checkDepth(scanner, open.count)
      scanner.advance()
      scanner.skipSpace()
      if scanner.take(UInt8(ascii: "}")) {
        return .complete(JSONValue(.object([]), position: position))
      }
      open.append(OpenContainer(isObject: true, position: position))
      try readName(&scanner, &open, isFirst: true)
      return .opened
    case UInt8(ascii: "["):
      try checkDepth(scanner, open.count)
      scanner.advance()
      scanner.skipSpace()
      if scanner.take(UInt8(ascii: "]")) {
        return .complete(JSONValue(.array([]), position: position))
      }
      open.append(OpenContainer(isObject: false, position: position))
      return .opened
    default:
      return .complete(JSONValue(try scanner.readScalar(), position: position))
    }
  }

  private func checkDepth(_ scanner: JSONScanner, _ depth: Int) throws(JSONError) {
    guard depth < depthMaximum else {
      throw JSONError(
        position: scanner.position, expected: "at most \(depthMaximum) levels of nesting",
        found: "a deeper one")
    }
  }

  /// Reads `"name" :` and the space around it.
  private func readName(
    _ scanner: inout JSONScanner, _ open: inout [OpenContainer], isFirst: Bool = false
  ) throws(JSONError) {
    let position = scanner.position
    guard scanner.current == UInt8(ascii: "\"") else {
      throw scanner.fault(expected: isFirst ? "a name in quotes or \"}\"" : "a name in quotes")
    }
    open[open.count - 1].namePosition = position
    open[open.count - 1].name = try scanner.readString()
    scanner.skipSpace()
    guard scanner.take(UInt8(ascii: ":")) else { throw scanner.fault(expected: "\":\"") }
    scanner.skipSpace()
  }
}
