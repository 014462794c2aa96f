internal import EngineCore

/// Reads the members of a request; every fault says where it is, what was expected and found.
struct RequestFields {
  private let members: [JSONMember]
  private let position: TextPosition
  private var known: [String] = []

  init(_ value: JSONValue) throws(StreamError) {
    guard let members = value.object else {
      throw StreamError(
        .invalidArgument,
        "expected an object such as {\"id\":1,\"op\":\"ping\"}, "
          + "found \(value.summary)", position: value.position)
    }
    var seen: Set<String> = []
    for member in members where !seen.insert(member.name).inserted {
      throw StreamError(
        .invalidArgument, "\"\(member.name)\" occurs twice", position: member.namePosition)
    }
    self.members = members
    position = value.position
  }

  /// A fault of one member, or of a missing one.
  func fault(_ name: String, expected: String, _ value: JSONValue?) -> StreamError {
    StreamError(
      .invalidArgument,
      "\(name): expected \(expected), found \(value?.summary ?? "nothing")",
      position: value?.position ?? position)
  }

  /// A member that may be missing; null counts as missing.
  mutating func value(_ name: String) -> JSONValue? {
    known.append(name)
    guard let value = members.first(where: { $0.name == name })?.value, !value.isNull else {
      return nil
    }
    return value
  }

  mutating func string(
    _ name: String, bytesMax: Int
  ) throws(StreamError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.string else { throw fault(name, expected: "a string", value) }
    guard text.utf8.count <= bytesMax else {
      throw fault(name, expected: "at most \(bytesMax) bytes", value)
    }
    return text
  }

  mutating func integer(
    _ name: String, _ range: ClosedRange<Int>
  ) throws(StreamError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let wide = value.int64, let number = Int(exactly: wide), range.contains(number) else {
      throw fault(
        name, expected: "an integer from \(range.lowerBound) to \(range.upperBound)", value)
    }
    return number
  }

  /// One of some words.
  mutating func choice<Choice: RawRepresentable>(
    _ name: String, _ choices: [Choice]
  ) throws(StreamError) -> Choice? where Choice.RawValue == String {
    guard let value = value(name) else { return nil }
    guard let choice = choices.first(where: { $0.rawValue == value.string }) else {
      let words = choices.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw fault(name, expected: "one of \(words)", value)
    }
    return choice
  }

  /// A duration of at most an hour, in nanoseconds.
  mutating func duration(_ name: String) throws(StreamError) -> UInt64? {
    guard let value = value(name) else { return nil }
    let expected = "a duration up to \"1h\", such as \"250ms\""
    guard let text = value.string else { throw fault(name, expected: expected, value) }
    let nanos: Int64
    do { nanos = try DurationText.parse(text) } catch {
      throw fault(name, expected: expected, value)
    }
    guard nanos >= 0, nanos <= 3_600_000_000_000 else {
      throw fault(name, expected: expected, value)
    }
    return UInt64(nanos)
  }

  /// Refuses members that nobody asked for.
  func finish(_ operation: String) throws(StreamError) {
    for member in members where !known.contains(member.name) {
      let nearest = Spelling.nearest(to: member.name, in: known)
      throw StreamError(
        .invalidArgument, "\(operation) has no member \"\(member.name)\"",
        hint: nearest.map { "did you mean \"\($0)\"?" }
          ?? "it has \(known.sorted().joined(separator: ", "))",
        position: member.namePosition)
    }
  }
}
