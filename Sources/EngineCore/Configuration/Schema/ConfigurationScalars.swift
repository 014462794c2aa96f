/// Values without parts.
extension ConfigurationDecoder {
  /// Checks a scalar whose references are replaced; nil after a fault.
  mutating func decodeScalar(
    _ value: JSONValue, as type: ConfigurationType, at spot: ConfigurationSpot
  ) -> ConfigurationValue? {
    let kind: ConfigurationValue.Kind?
    switch (type, value.kind) {
    case (.boolean, .bool(let truth)): kind = .boolean(truth)
    case (.integer(let range), .number(let number)):
      kind = number.int64.flatMap { range.contains($0) ? .integer($0) : nil }
    case (.number(let range), .number(let number)):
      kind = number.double.flatMap { range.contains($0) ? .number($0) : nil }
    case (.decimal, .number(let number)): kind = DecimalText(number.text).map { .decimal($0) }
    case (.decimal, .string(let text)): kind = DecimalText(text).map { .decimal($0) }
    case (.time, .number(let number)): kind = number.int64.map { .time($0) }
    case (.listen, .array(let elements)): return decodeAddresses(value, elements, at: spot)
    case (_, .string(let text)): return decodeText(value, text, as: type, at: spot)
    default: kind = nil
    }
    if let kind { return make(kind, value, spot) }
    return mismatch(value, type, spot)
  }

  private mutating func decodeText(
    _ value: JSONValue, _ text: String, as type: ConfigurationType, at spot: ConfigurationSpot
  ) -> ConfigurationValue? {
    var kind: ConfigurationValue.Kind?
    switch type {
    case .string: kind = .string(text)
    case .text(let rule): kind = rule.accepts(text) ? .string(text) : nil
    case .choice(let words): kind = words.contains(text) ? .string(text) : nil
    case .duration(let range):
      guard let nanos = try? DurationText.parse(text) else { break }
      if range.contains(nanos) { return make(.duration(nanos), value, spot) }
      let low = DurationText.format(range.lowerBound)
      let high = DurationText.format(range.upperBound)
      return mismatch(value, type, spot, expected: "a duration from \"\(low)\" to \"\(high)\"")
    case .size(let range):
      guard let bytes = try? SizeText.parse(text) else { break }
      if range.contains(bytes) { return make(.size(bytes), value, spot) }
      let low = SizeText.format(range.lowerBound)
      let high = SizeText.format(range.upperBound)
      return mismatch(value, type, spot, expected: "a size from \"\(low)\" to \"\(high)\"")
    case .listen: kind = ListenAddress(text).map { .listen([$0]) }
    case .path: kind = text.isEmpty || text.utf8.contains(0) ? nil : .string(text)
    case .subject: return decodeSubject(value, text, at: spot)
    case .time: kind = TimeText.parse(text).map { .time($0) }
    default: kind = nil
    }
    if let kind { return make(kind, value, spot) }
    return mismatch(value, type, spot, suggestion: type.correction(of: text))
  }

  private mutating func decodeSubject(
    _ value: JSONValue, _ text: String, at spot: ConfigurationSpot
  ) -> ConfigurationValue? {
    var parser = SubjectParser(text)
    guard let tokens = try? parser.parse() else { return mismatch(value, .subject, spot) }
    guard case .name(let kind)? = tokens.first, EventKind(name: kind) == nil else {
      return make(.subject(text), value, spot)
    }
    let kinds = EventKind.allCases.map(\.name)
    let near = Spelling.nearest(to: kind, in: kinds)
    return mismatch(
      value, .subject, spot,
      expected: "a subject that starts with one of " + kinds.joined(separator: ", "),
      suggestion: near.map { JSONValue(.string($0 + text.dropFirst(kind.count))).summary })
  }

  private mutating func decodeAddresses(
    _ value: JSONValue, _ elements: [JSONValue], at spot: ConfigurationSpot
  ) -> ConfigurationValue? {
    // A list in a list would be flattened without a word, and could nest without end.
    for element in elements where element.array != nil {
      return mismatch(element, .listen, spot)
    }
    let type = ConfigurationType.list(.listen, count: 1...16)
    guard let decoded = decode(value, as: type, at: spot)?.list else { return nil }
    var spot = spot
    spot.isSecret = spot.isSecret || decoded.contains(where: \.isSecret)
    return make(.listen(decoded.flatMap { $0.addresses ?? [] }), value, spot)
  }
}

extension ConfigurationType {
  /// Whether a value of this kind of JSON may fit.
  func admits(_ kind: JSONValue.Kind) -> Bool {
    switch (self, kind) {
    case (.json, _), (.boolean, .bool), (.integer, .number), (.number, .number),
      (.decimal, .number), (.decimal, .string), (.time, .number), (.time, .string),
      (.listen, .string), (.listen, .array), (.list, .array), (.object, .object),
      (.map, .object), (.string, .string), (.text, .string), (.choice, .string),
      (.duration, .string), (.size, .string), (.path, .string), (.subject, .string):
      true
    case (.oneOf(let types), _): types.contains { $0.admits(kind) }
    default: false
    }
  }

  /// Text from outside the file as the JSON this type takes: parsed where it parses and the type
  /// wants that kind, otherwise a string.
  func reading(_ text: String) -> JSONValue.Kind {
    guard let value = try? JSONReader(depthMaximum: 64).read(text), value.string == nil,
      admits(value.kind)
    else { return .string(text) }
    return value.kind
  }

  /// What a string was most likely meant to be, as it would be written; nil when nothing is near.
  func correction(of text: String) -> String? {
    switch self {
    case .boolean:
      return ["true", "false"].contains(text.lowercased()) ? text.lowercased() : nil
    case .integer, .number:
      guard case .number(let number) = reading(text) else { return nil }
      return number.text
    case .choice(let words):
      return Spelling.nearest(to: text, in: words).map { "\"\($0)\"" }
    case .duration:
      let packed = text.filter { $0 != " " }
      return (try? DurationText.parse(packed)).map { _ in "\"\(packed)\"" }
    case .size:
      let packed = text.filter { $0 != " " }
      return (try? SizeText.parse(packed)).map { _ in "\"\(packed)\"" }
    default:
      return nil
    }
  }
}
