/// Settings given by the environment: `ENGINE__engine__ring=65536`,
/// `ENGINE__plugins__sim__config__interval=250ms`.
///
/// The name is the path with `__` between its steps; plugins go by name (`-` may be written `_`),
/// elements of lists by index. The value is JSON where it parses as JSON of a kind that the key
/// takes, otherwise a string. A path that no key has is a fault.
struct EnvironmentOverrides {
  static let prefix = "ENGINE__"

  let catalog: [PluginDescription]
  let environment: [String: String]

  /// What a step of a path leads to.
  private enum Shape {
    case typed(ConfigurationType)
    case plugins
    case plugin(kind: String?)
  }

  /// Why a path leads nowhere.
  private struct Unknown: Error {
    let expected: String
    let found: String
    let suggestion: String?
  }

  mutating func apply(to document: inout JSONValue, decoder: inout ConfigurationDecoder) {
    let names = environment.keys.filter { $0.utf8.starts(with: Self.prefix.utf8) }
    // Outer paths first, so that one variable can refine what another gives as a whole.
    let ordered = names.sorted { left, right in
      let (first, second) = (steps(left).count, steps(right).count)
      return first == second ? left < right : first < second
    }
    for name in ordered {
      do throws(Unknown) {
        let path = try set(
          &document, steps(name)[...], shape: .typed(.object(ConfigurationFile.keys)), path: "",
          text: environment[name] ?? "")
        decoder.overrides[path] = name
      } catch {
        decoder.add(
          ConfigurationFault(
            place: .environment(name), path: "", expected: error.expected, found: error.found,
            suggestion: error.suggestion))
      }
    }
  }

  private func steps(_ name: String) -> [String] {
    var steps: [String] = []
    var current: [UInt8] = []
    var rest = Array(name.utf8.dropFirst(Self.prefix.utf8.count))[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "_"), rest.first == UInt8(ascii: "_") {
        rest.removeFirst()
        steps.append(String(decoding: current, as: UTF8.self))
        current = []
      } else {
        current.append(byte)
      }
    }
    return steps + [String(decoding: current, as: UTF8.self)]
  }

  /// Sets the value that the steps lead to and returns its path.
  private func set(
    _ value: inout JSONValue, _ steps: ArraySlice<String>, shape: Shape, path: String, text: String
  ) throws(Unknown) -> String {
    guard let step = steps.first else {
      value = JSONValue(reading(text, shape), position: value.position)
      return path
    }
    let rest = steps.dropFirst()
    switch value.kind {
    case .array(var elements):
      let index = try index(of: step, in: elements, shape: shape)
      let inner = self.shape(below: shape, element: elements, index)
      if index == elements.count { elements.append(JSONValue(.null, position: value.position)) }
      let result = try set(
        &elements[index], rest, shape: inner, path: ConfigurationPath.element(path, index),
        text: text)
      value.kind = .array(elements)
      return result
    default:
      let inner = try self.shape(below: shape, key: step)
      // What is no object can't have members: the decoder reports it where it stands.
      var members = value.object ?? []
      if value.object == nil, value.kind != .null {
        throw Unknown(
          expected: "an object at \(path.isEmpty ? "the top" : path)", found: value.summary,
          suggestion: nil)
      }
      let at = members.lastIndex { $0.name == step } ?? members.count
      if at == members.count {
        members.append(
          JSONMember(
            name: step, namePosition: value.position,
            value: JSONValue(start(of: inner), position: value.position)))
      }
      let result = try set(
        &members[at].value, rest, shape: inner, path: ConfigurationPath.member(path, step),
        text: text)
      value.kind = .object(members)
      return result
    }
  }

  /// What a key that the file does not have is before its parts are set.
  private func start(of shape: Shape) -> JSONValue.Kind {
    switch shape {
    case .plugins: .array([])
    case .plugin: .object([])
    case .typed(.object), .typed(.map): .object([])
    case .typed(.list): .array([])
    case .typed(.oneOf(let types)):
      types.contains { $0.admits(.object([])) } ? .object([]) : .null
    case .typed: .null
    }
  }

  private func reading(_ text: String, _ shape: Shape) -> JSONValue.Kind {
    switch shape {
    case .typed(let type): type.reading(text)
    case .plugins, .plugin: ConfigurationType.json.reading(text)
    }
  }

  // MARK: Paths

  private func index(
    of step: String, in elements: [JSONValue], shape: Shape
  ) throws(Unknown) -> Int {
    if case .plugins = shape {
      let names = elements.map { $0["name"]?.string ?? "" }
      if let index = names.firstIndex(of: step) { return index }
      // Most shells refuse a dash in the name of a variable.
      let dashless = names.map { $0.split(separator: "-", omittingEmptySubsequences: false) }
      if let index = dashless.firstIndex(where: { $0.joined(separator: "_") == step }) {
        return index
      }
      throw Unknown(
        expected: "the name of a plugin in the file", found: quoted(step),
        suggestion: Spelling.nearest(to: step, in: names).map(quoted))
    }
    guard let index = Int(step), (0...elements.count).contains(index) else {
      throw Unknown(
        expected: "an index from 0 to \(elements.count)", found: quoted(step), suggestion: nil)
    }
    return index
  }

  private func shape(below shape: Shape, element elements: [JSONValue], _ index: Int) -> Shape {
    switch shape {
    case .plugins:
      return .plugin(kind: elements.indices.contains(index) ? elements[index]["type"]?.string : nil)
    case .typed(.list(let type, _)): return .typed(type)
    case .typed(.listen): return .typed(.listen)
    case .typed(.oneOf(let types)):
      for case .list(let type, _) in types { return .typed(type) }
      return .typed(.json)
    case .typed, .plugin: return .typed(.json)
    }
  }

  private func shape(below shape: Shape, key step: String) throws(Unknown) -> Shape {
    switch shape {
    case .plugins: throw unknown(step, [])
    case .plugin(let kind):
      if step == "config" {
        guard let description = catalog.first(where: { $0.kind == kind }) else {
          return .typed(.json)
        }
        return .typed(.object(description.keys))
      }
      return .typed(try type(of: step, in: PluginConfiguration.keys))
    case .typed(.object(let keys)):
      let type = try type(of: step, in: keys)
      if case .list(.json, _) = type { return .plugins }
      return .typed(type)
    case .typed(.map(let type)): return .typed(type)
    case .typed(.json): return .typed(.json)
    case .typed(.oneOf(let types)):
      for case .object(let keys) in types { return .typed(try type(of: step, in: keys)) }
      for case .map(let type) in types { return .typed(type) }
      throw unknown(step, [])
    case .typed: throw unknown(step, [])
    }
  }

  private func type(
    of step: String, in keys: [ConfigurationKey]
  ) throws(Unknown) -> ConfigurationType {
    guard let key = keys.first(where: { $0.name == step }) else {
      throw unknown(step, keys.map(\.name))
    }
    return key.type
  }

  private func unknown(_ step: String, _ names: [String]) -> Unknown {
    Unknown(
      expected: names.isEmpty ? "a path that a key has" : "a known key", found: quoted(step),
      suggestion: Spelling.nearest(to: step, in: names).map(quoted))
  }

  private func quoted(_ text: String) -> String { JSONValue(.string(text)).summary }
}
