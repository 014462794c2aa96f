/// Checks JSON against types and collects every fault on the way; pure.
struct ConfigurationDecoder {
  /// The file name that faults show.
  var file: String
  let environment: [String: String]
  let readFile: (String) -> [UInt8]?
  /// Variables of the environment by the path that they override.
  var overrides: [String: String] = [:]
  private(set) var faults: [ConfigurationFault] = []

  init(file: String, environment: [String: String], readFile: @escaping (String) -> [UInt8]?) {
    self.file = file
    self.environment = environment
    self.readFile = readFile
  }

  mutating func add(_ fault: ConfigurationFault) {
    faults.append(fault)
  }

  /// Checks a value; nil after at least one fault.
  mutating func decode(
    _ value: JSONValue, as type: ConfigurationType, at spot: ConfigurationSpot
  ) -> ConfigurationValue? {
    switch type {
    case .object(let keys):
      return decodeObject(value, keys, at: spot).map { make(.object($0), value, spot) }
    case .map(let element): return decodeMap(value, element, at: spot)
    case .list(let element, let count): return decodeList(value, element, count, at: spot)
    case .oneOf(let types): return decodeFirst(value, types, type, at: spot)
    case .json: return make(.json(value), value, spot)
    default:
      guard case .string(let source) = value.kind else {
        return decodeScalar(value, as: type, at: spot)
      }
      guard let text = expand(source, value, spot) else { return nil }
      var spot = spot
      spot.isSecret = spot.isSecret || text.hasReference
      var expanded = value
      // The whole of a setting may come from a reference, numbers included.
      expanded.kind = text.isWhole ? type.reading(text.text) : .string(text.text)
      guard let decoded = decodeScalar(expanded, as: type, at: spot) else { return nil }
      let reference = text.hasReference ? source : nil
      // A reference is shown as written, unless a secret key holds literal text beside it.
      let isShown = text.isWhole || !spot.isDeclaredSecret
      return make(decoded.kind, value, spot, reference: isShown ? reference : nil)
    }
  }

  private mutating func expand(
    _ source: String, _ value: JSONValue, _ spot: ConfigurationSpot
  ) -> ReferenceText? {
    do throws(ReferenceText.Failure) {
      return try ReferenceText(source, environment: environment, readFile: readFile)
    } catch {
      fault(value.position, spot, expected: error.expected, found: error.found)
      return nil
    }
  }

  // MARK: Containers

  /// Checks an object against a table of keys; nil after at least one fault.
  mutating func decodeObject(
    _ value: JSONValue, _ keys: [ConfigurationKey], at spot: ConfigurationSpot
  ) -> ConfigurationObject? {
    guard case .object(let members) = value.kind else {
      return mismatch(value, .object(keys), spot)
    }
    let faultsBefore = faults.count
    var object = ConfigurationObject(place: place(value.position, spot), path: spot.path)
    var seen: [String: TextPosition] = [:]
    for member in members {
      guard isFirst(member, &seen, spot) else { continue }
      guard let key = keys.first(where: { $0.name == member.name }) else {
        addUnknown(member, keys, spot)
        continue
      }
      let inner = self.spot(under: spot, member.name, isSecret: key.isSecret)
      if let decoded = decode(member.value, as: key.type, at: inner) {
        object.set(key.name, decoded)
      }
    }
    for key in keys where seen[key.name] == nil {
      var inner = self.spot(under: spot, key.name, isSecret: key.isSecret)
      if let standard = key.defaultJSON {
        inner.defaultPlace = object.place
        if let decoded = decode(standard, as: key.type, at: inner) {
          object.set(key.name, decoded)
        }
      } else if key.isRequired {
        add(
          ConfigurationFault(
            place: object.place, path: inner.path, expected: key.type.expectation,
            found: "nothing"))
      }
    }
    object.order(by: keys)
    return faults.count == faultsBefore ? object : nil
  }

  private mutating func decodeMap(
    _ value: JSONValue, _ element: ConfigurationType, at spot: ConfigurationSpot
  ) -> ConfigurationValue? {
    guard case .object(let members) = value.kind else {
      return mismatch(value, .map(element), spot)
    }
    let faultsBefore = faults.count
    var object = ConfigurationObject(place: place(value.position, spot), path: spot.path)
    var seen: [String: TextPosition] = [:]
    for member in members {
      guard isFirst(member, &seen, spot) else { continue }
      let inner = self.spot(under: spot, member.name, isSecret: false)
      if let decoded = decode(member.value, as: element, at: inner) {
        object.set(member.name, decoded)
      }
    }
    return faults.count == faultsBefore ? make(.object(object), value, spot) : nil
  }

  private mutating func decodeList(
    _ value: JSONValue, _ element: ConfigurationType, _ count: ClosedRange<Int>,
    at spot: ConfigurationSpot
  ) -> ConfigurationValue? {
    let type = ConfigurationType.list(element, count: count)
    guard case .array(let elements) = value.kind else { return mismatch(value, type, spot) }
    guard count.contains(elements.count) else {
      fault(
        value.position, spot,
        expected: "a list of \(count.lowerBound) to \(count.upperBound) elements",
        found: elements.count == 1 ? "1 element" : "\(elements.count) elements")
      return nil
    }
    let faultsBefore = faults.count
    var decoded: [ConfigurationValue] = []
    for (index, item) in elements.enumerated() {
      var inner = spot
      inner.path = ConfigurationPath.element(spot.path, index)
      inner.variable = overrides[inner.path] ?? spot.variable
      if let value = decode(item, as: element, at: inner) { decoded.append(value) }
    }
    return faults.count == faultsBefore ? make(.list(decoded), value, spot) : nil
  }

  /// Takes the first type that fits. When only one could take this kind of JSON, its own faults say
  /// more than a list of all types does.
  private mutating func decodeFirst(
    _ value: JSONValue, _ types: [ConfigurationType], _ whole: ConfigurationType,
    at spot: ConfigurationSpot
  ) -> ConfigurationValue? {
    let faultsBefore = faults
    let candidates = types.filter { $0.admits(value.kind) }
    for type in candidates {
      if let decoded = decode(value, as: type, at: spot) { return decoded }
      if candidates.count == 1 { return nil }
      faults = faultsBefore
    }
    return mismatch(value, whole, spot)
  }

  // MARK: Faults

  /// The place of a value.
  func place(_ position: TextPosition, _ spot: ConfigurationSpot) -> ConfigurationPlace {
    if let place = spot.defaultPlace { return place }
    if let variable = spot.variable { return .environment(variable) }
    return .text(file: file, position)
  }

  func spot(
    under spot: ConfigurationSpot, _ name: String, isSecret: Bool
  ) -> ConfigurationSpot {
    var inner = spot
    inner.path = ConfigurationPath.member(spot.path, name)
    inner.variable = overrides[inner.path] ?? spot.variable
    inner.isSecret = spot.isSecret || isSecret
    inner.isDeclaredSecret = spot.isDeclaredSecret || isSecret
    return inner
  }

  func make(
    _ kind: ConfigurationValue.Kind, _ value: JSONValue, _ spot: ConfigurationSpot,
    reference: String? = nil
  ) -> ConfigurationValue {
    ConfigurationValue(
      kind: kind, place: place(value.position, spot), path: spot.path, isSecret: spot.isSecret,
      reference: reference, isDefault: spot.defaultPlace != nil)
  }

  mutating func fault(
    _ position: TextPosition, _ spot: ConfigurationSpot, expected: String, found: String,
    suggestion: String? = nil
  ) {
    add(
      ConfigurationFault(
        place: place(position, spot), path: spot.path, expected: expected, found: found,
        suggestion: suggestion))
  }

  /// Reports a value that is not of its type; returns nil for the caller to return.
  mutating func mismatch<Result>(
    _ value: JSONValue, _ type: ConfigurationType, _ spot: ConfigurationSpot,
    expected: String? = nil, suggestion: String? = nil
  ) -> Result? {
    fault(
      value.position, spot, expected: expected ?? type.expectation,
      found: spot.isSecret ? "a secret value" : value.summary,
      suggestion: spot.isSecret ? nil : suggestion)
    return nil
  }

  /// Whether a name comes for the first time; a fault otherwise.
  private mutating func isFirst(
    _ member: JSONMember, _ seen: inout [String: TextPosition], _ spot: ConfigurationSpot
  ) -> Bool {
    guard let first = seen[member.name] else {
      seen[member.name] = member.namePosition
      return true
    }
    let inner = self.spot(under: spot, member.name, isSecret: false)
    fault(
      member.namePosition, inner, expected: "each key once",
      found: "\(JSONValue(.string(member.name)).summary) again, first given at \(first)")
    return false
  }

  private mutating func addUnknown(
    _ member: JSONMember, _ keys: [ConfigurationKey], _ spot: ConfigurationSpot
  ) {
    let names = keys.map(\.name)
    let inner = self.spot(under: spot, member.name, isSecret: false)
    let near = Spelling.nearest(to: member.name, in: names)
    fault(
      member.namePosition, inner,
      expected: near == nil ? ConfigurationDecoder.listing(names) : "a known key",
      found: JSONValue(.string(member.name)).summary,
      suggestion: near.map { "\"\($0)\"" })
  }

  private static func listing(_ names: [String]) -> String {
    guard !names.isEmpty else { return "no keys here" }
    let shown = names.prefix(12).joined(separator: ", ")
    return names.count == 1
      ? "the key \(shown)" : "one of the keys \(shown)\(names.count > 12 ? ", …" : "")"
  }
}
