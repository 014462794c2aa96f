import EngineCore
import Testing

/// Mutations of a right file: nothing crashes, and every fault has a place in the text.
@Suite struct ConfigurationFuzzTests {
  private static let words = [
    "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "0", "1e999", "9223372036854775808",
    "\"\"", "\"${TOKEN}\"", "\"${\"", "\"${NOPE}\"", "\"$${x}\"", "{}", "[]", "[[]]", "\"5s\"",
    "\"listen\"", "\"config\"", "\u{0}", "é", "\\u0000", "\"127.0.0.1:8000\"", "1.5", "\n",
  ]

  @Test("a damaged file is loaded or refused with places", arguments: 0..<100 as Range<UInt64>)
  func damaged(seed: UInt64) {
    var draws = Draws(state: seed)
    let original = Array(Fixture.whole.utf8)
    for _ in 0..<40 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &draws) { Self.damage(&bytes, &draws) }
      Self.check(bytes, "seed \(seed)")
    }
  }

  @Test("a value replaced by any other never crashes", arguments: 0..<60 as Range<UInt64>)
  func replaced(seed: UInt64) throws {
    var draws = Draws(state: seed)
    let original = try JSONReader().read(Fixture.whole)
    for _ in 0..<40 {
      var value = original
      for _ in 0..<Int.random(in: 1...3, using: &draws) {
        value = Self.replace(value, &draws)
      }
      Self.check(Array(value.text(.indented).utf8), "seed \(seed)")
    }
  }

  @Test("any variable with the prefix is applied or refused", arguments: 0..<60 as Range<UInt64>)
  func overrides(seed: UInt64) {
    var draws = Draws(state: seed)
    let steps = [
      "engine", "plugins", "instruments", "web", "sim", "config", "listen", "0", "1", "-1", "", "x",
      "log", "level", "ring", "headers", "restart", "99999999999999999999", "$schema", "rules",
    ]
    for _ in 0..<40 {
      var environment = ["TOKEN": "sesame"]
      for _ in 0..<Int.random(in: 1...3, using: &draws) {
        let path = (0..<Int.random(in: 1...6, using: &draws)).map { _ in
          steps.randomElement(using: &draws) ?? ""
        }
        let name = "ENGINE__" + path.joined(separator: "__")
        environment[name] = Self.words.randomElement(using: &draws) ?? ""
      }
      Self.check(Array(Fixture.whole.utf8), "seed \(seed) \(environment)", environment)
    }
  }

  private static func check(
    _ bytes: [UInt8], _ note: String, _ environment: [String: String] = ["TOKEN": "sesame"]
  ) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    do throws(ConfigurationError) {
      let configuration = try Fixture.loader(environment).load(bytes, file: "f")
      let again = try Fixture.loader(environment).load(Array(configuration.text().utf8), file: "f")
      #expect(ConfigurationPlan(from: configuration, to: again).isEmpty, "\(note)")
    } catch {
      #expect(!error.faults.isEmpty, "\(note)")
      for fault in error.faults {
        #expect(!fault.expected.isEmpty && !fault.found.isEmpty, "\(note): \(fault)")
        guard case .text(_, let position) = fault.place else { continue }
        #expect((1...lines.count).contains(position.line), "\(note): \(fault)")
        let width = lines.indices.contains(position.line - 1) ? lines[position.line - 1].count : 0
        #expect((1...(width + 1)).contains(position.column), "\(note): \(fault)")
      }
    }
  }

  private static func damage(_ bytes: inout [UInt8], _ draws: inout Draws) {
    let at = Int.random(in: 0..<bytes.count, using: &draws)
    let end = min(bytes.count, at + Int.random(in: 1...12, using: &draws))
    let word = Array((words.randomElement(using: &draws) ?? "").utf8)
    switch Int.random(in: 0..<5, using: &draws) {
    case 0: bytes.removeSubrange(at..<end)
    case 1: bytes.insert(contentsOf: word, at: at)
    case 2: bytes.replaceSubrange(at..<end, with: word)
    case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
    default: bytes[at] = UInt8.random(in: 0...255, using: &draws)
    }
  }

  /// Replaces, renames, doubles or drops one value somewhere in the tree.
  private static func replace(_ value: JSONValue, _ draws: inout Draws) -> JSONValue {
    switch value.kind {
    case .object(var members) where !members.isEmpty && Int.random(in: 0..<6, using: &draws) > 0:
      let at = Int.random(in: members.indices, using: &draws)
      switch Int.random(in: 0..<8, using: &draws) {
      case 0: members.remove(at: at)
      case 1: members.append(members[at])
      case 2: members[at].name += "x"
      default: members[at].value = replace(members[at].value, &draws)
      }
      return JSONValue(.object(members))
    case .array(var elements) where !elements.isEmpty && Int.random(in: 0..<6, using: &draws) > 0:
      let at = Int.random(in: elements.indices, using: &draws)
      if Int.random(in: 0..<6, using: &draws) == 0 {
        elements.append(elements[at])
      } else {
        elements[at] = replace(elements[at], &draws)
      }
      return JSONValue(.array(elements))
    default:
      let word = words.randomElement(using: &draws) ?? "null"
      return (try? JSONReader().read(word)) ?? JSONValue(.string(word))
    }
  }
}
