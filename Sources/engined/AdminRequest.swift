internal import BinaryProtocol
internal import EngineCore

/// The arguments of an admin call, checked: an object with known keys of the right types.
struct AdminRequest {
  private let value: JSONValue

  /// An empty payload counts as an empty object.
  init(_ payload: [UInt8], keys: Set<String>) throws(CallError) {
    guard !payload.isEmpty else {
      value = .object([])
      return
    }
    do throws(JSONError) {
      value = try JSONReader(depthMaximum: 64, sizeMaximum: 1 << 20).read(payload)
    } catch {
      throw CallError(.invalidArgument, "the request is not JSON: \(error)")
    }
    guard let members = value.object else {
      throw CallError(.invalidArgument, "expected an object, found \(value.summary)")
    }
    for member in members where !keys.contains(member.name) {
      let known = keys.sorted().joined(separator: ", ")
      throw CallError(
        .invalidArgument, "unknown key \"\(member.name)\"", hint: "known keys: \(known)")
    }
  }

  private func given(_ key: String) -> JSONValue? {
    value[key].flatMap { $0.isNull ? nil : $0 }
  }

  func string(_ key: String) throws(CallError) -> String? {
    guard let value = given(key) else { return nil }
    guard let text = value.string else { throw wrong(key, "a string", value) }
    return text
  }

  func required(_ key: String) throws(CallError) -> String {
    guard let text = try string(key) else {
      throw CallError(.invalidArgument, "expected \"\(key)\", found nothing")
    }
    return text
  }

  func integer(_ key: String, in range: ClosedRange<Int64>) throws(CallError) -> Int64? {
    guard let value = given(key) else { return nil }
    guard let number = value.int64, range.contains(number) else {
      throw wrong(
        key, "an integer from \(range.lowerBound) to \(range.upperBound)", value)
    }
    return number
  }

  func boolean(_ key: String) throws(CallError) -> Bool {
    guard let value = given(key) else { return false }
    guard let isTrue = value.bool else { throw wrong(key, "true or false", value) }
    return isTrue
  }

  func strings(_ key: String) throws(CallError) -> [String]? {
    guard let value = given(key) else { return nil }
    let texts = value.array?.compactMap(\.string)
    guard let texts, texts.count == value.array?.count else {
      throw wrong(key, "a list of strings", value)
    }
    return texts
  }

  func any(_ key: String) -> JSONValue { value[key] ?? .null }

  private func wrong(_ key: String, _ expected: String, _ found: JSONValue) -> CallError {
    CallError(.invalidArgument, "\(key): expected \(expected), found \(found.summary)")
  }
}
