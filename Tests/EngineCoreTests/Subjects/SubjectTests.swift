import EngineCore
import Support
import Testing

@Suite("Subjects")
struct SubjectTests {
  typealias Token = SubjectPattern.Token

  static let valid: [(String, [Token])] = [
    ("trade", [.name("trade")]), ("trade.EURUSD", [.name("trade"), .name("EURUSD")]),
    ("*", [.any]), (">", [.rest]), ("*.EURUSD", [.any, .name("EURUSD")]),
    ("bar.*.1m", [.name("bar"), .any, .name("1m")]), ("trade.>", [.name("trade"), .rest]),
    (#"trade."BRK.B""#, [.name("trade"), .name("BRK.B")]),
    (#"bar.EURUSD."0.5v""#, [.name("bar"), .name("EURUSD"), .name("0.5v")]),
    (#"trade."*""#, [.name("trade"), .name("*")]),
    (#"trade."a\"b\\c""#, [.name("trade"), .name(#"a"b\c"#)]),
    (#"trade."""#, [.name("trade"), .name("")]),
    ("status.plugin.sim", [.name("status"), .name("plugin"), .name("sim")]),
    ("bar.EURUSD.1d~fx17@mid", [.name("bar"), .name("EURUSD"), .name("1d~fx17@mid")]),
    ("trade.Übung@XETR", [.name("trade"), .name("Übung@XETR")]),
    (#""trade"."X Y""#, [.name("trade"), .name("X Y")]),
  ]

  @Test("texts that are patterns", arguments: valid.indices)
  func grammar(row: Int) throws {
    let (text, tokens) = Self.valid[row]
    let pattern = try SubjectPattern(parsing: text)
    #expect(pattern.tokens == tokens)
    #expect(try SubjectPattern(parsing: pattern.description) == pattern)
  }

  static let kinds =
    "a kind of event (trade, quote, bar, alert, correction, watermark, gap, status, definition,"
    + " time, command)"
  static let quoteIt = "a token; quote it if it holds this character"
  static let faults: [(String, Int, String)] = [
    ("", 1, "a token"), ("trade.", 7, "a token"), (".trade", 1, quoteIt), ("trade..x", 7, quoteIt),
    ("trade.a b", 8, "\".\" or the end"), ("trade.*x", 8, "\".\" or the end"),
    ("trade.>.x", 8, "the end: \">\" stands for all that follows"),
    ("trade.x*", 8, "\".\" or the end"), (#"trade."x"#, 9, "a closing quote"),
    (#"trade."x\"#, 10, "a closing quote"), (#"trade."x"y"#, 10, "\".\" or the end"),
    ("trade.a,b", 8, "\".\" or the end"), ("tade.x", 1, kinds), ("trade.\t", 7, quoteIt),
    ("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", 33, "at most 16 tokens"),
  ]

  @Test(
    "texts that are none, with the place and what was expected there", arguments: faults.indices)
  func errors(row: Int) throws {
    let (text, character, expected) = Self.faults[row]
    let error = #expect(throws: SubjectError.self) { try SubjectPattern(parsing: text) }
    #expect(
      error?.description == "subject \"\(text)\", character \(character): expected \(expected)")
  }

  static func token(_ random: inout SeededRandom) -> String {
    let alphabet = Array("ab.*>\"\\ ,~@\n1é")
    let count = Int.random(in: 0...6, using: &random)
    return String((0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
  }

  @Test("what is written is read as it was", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var tokens: [Token] = [.name("trade")]
    for _ in 0..<Int.random(in: 0...5, using: &random) {
      tokens.append(random.next() % 5 == 0 ? .any : .name(Self.token(&random)))
    }
    if random.next() % 4 == 0 { tokens.append(.rest) }
    let pattern = SubjectPattern(tokens)
    #expect(try SubjectPattern(parsing: pattern.description) == pattern, "\(pattern)")
    let subject = Subject(tokens.compactMap { if case .name(let name) = $0 { name } else { nil } })
    #expect(
      try SubjectPattern(parsing: subject.description).tokens == subject.tokens.map { .name($0) })
  }

  /// By recursion on what is left of both.
  static func matches(_ pattern: ArraySlice<Token>, _ subject: ArraySlice<String>) -> Bool {
    guard let token = pattern.first else { return true }
    if token == .rest { return !subject.isEmpty }
    guard let name = subject.first, token == .any || token == .name(name) else { return false }
    return matches(pattern.dropFirst(), subject.dropFirst())
  }

  @Test("patterns match as a naive matcher says", arguments: 0..<100 as Range<UInt64>)
  func matching(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<100 {
      func name() -> String { ["a", "b", "c"][Int(random.next() % 3)] }
      let subject = Subject((0..<Int(random.next() % 4) + 1).map { _ in name() })
      var tokens: [Token] = (0..<Int(random.next() % 5)).map { _ in
        random.next() % 3 == 0 ? .any : .name(name())
      }
      if random.next() % 3 == 0 { tokens.append(.rest) }
      let pattern = SubjectPattern(tokens)
      #expect(
        pattern.matches(subject) == Self.matches(tokens[...], subject.tokens[...]),
        "\(pattern) against \(subject)")
    }
  }
}
