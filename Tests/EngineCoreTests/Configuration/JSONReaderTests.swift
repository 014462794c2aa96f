import EngineCore
import Testing

@Suite struct JSONReaderTests {
  private func read(_ text: String) throws(JSONError) -> JSONValue {
    try JSONReader().read(text)
  }

  private func message(_ text: String) -> String? {
    do throws(JSONError) {
      _ = try read(text)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("values know their kind, their text and their place") func kinds() throws {
    let value = try read("{\"a\": [1.50, -0, true],\n \"é\": null, \"s\": \"x\\u0041\\n\"}")
    let list = try #require(value["a"]?.array)
    #expect(list[0].number?.text == "1.50")
    #expect(list[1].int64 == 0)
    #expect(list[2].bool == true)
    #expect(list[2].position == TextPosition(line: 1, column: 18))
    #expect(value["é"]?.isNull == true)
    #expect(value["é"]?.position == TextPosition(line: 2, column: 7))
    #expect(value["s"]?.string == "xA\n")
    #expect(value["none"] == nil)
  }

  @Test("columns count characters, not bytes") func columns() throws {
    let value = try read("[\"é\u{1F600}\\u00e9é\", 1, {\"名\": 2}]")
    let list = try #require(value.array)
    #expect(list[1].position.column == 15)
    #expect(list[2].object?[0].value.position.column == 24)
  }

  @Test("names given twice are kept and the last one is found") func duplicates() throws {
    let value = try read("{\"a\":1,\"a\":2}")
    #expect(value.object?.count == 2)
    #expect(value["a"]?.int64 == 2)
  }

  @Test(
    "integers are read however they are written",
    arguments: [
      ("1000", 1000), ("1e3", 1000), ("1000.0", 1000), ("0.5e1", 5), ("-12E+1", -120),
      ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
      ("9223372036854775808", nil), ("1.5", nil), ("1e400", nil), ("0e999999999", 0),
    ] as [(String, Int64?)])
  func integers(text: String, expected: Int64?) throws {
    #expect(try read(text).int64 == expected)
  }

  @Test("a double beyond the range is nil and its text is kept") func doubles() throws {
    #expect(try read("1e400").double == nil)
    #expect(try read("1e400").number?.text == "1e400")
    #expect(try read("0.1").double == 0.1)
  }

  @Test(
    "an error says where, what was expected and what is there",
    arguments: [
      ("[1,]", "1:4: expected a value, found \"]\""),
      ("[1 2]", "1:4: expected \",\" or \"]\", found \"2\""),
      ("{\"a\" 1}", "1:6: expected \":\", found \"1\""),
      ("[01]", "1:3: expected no digit after a leading zero, found \"1\""),
      ("[1.]", "1:4: expected a digit, found \"]\""),
      ("[-]", "1:3: expected a digit, found \"]\""),
      ("\"a\tb\"", "1:3: expected an escape such as \\n inside a string, found a tab"),
      ("\"é\n", "1:3: expected an escape such as \\n inside a string, found end of line"),
      ("\"abc", "1:5: expected the closing quote of the string at 1:1, found end of text"),
      ("\"\\x\"", "1:3: expected one of \"\\/bfnrtu after a backslash, found \"x\""),
      ("\"\\u12g4\"", "1:6: expected four hexadecimal digits after \\u, found \"g4\""),
      ("\"\\ud800\"", "1:2: expected a pair of surrogate escapes, found one half of a pair"),
      ("nul", "1:1: expected a value, found \"nul\""),
      ("truex", "1:1: expected a value, found \"truex\""),
      ("\u{FEFF}{}", "1:1: expected a value, found a byte order mark"),
      ("{}\n é", "2:2: expected end of text, found \"é\""),
    ])
  func errors(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  @Test("bytes that are not UTF-8 are found where they stand") func invalidText() {
    #expect(
      throws: JSONError(
        position: TextPosition(line: 2, column: 4), expected: "UTF-8 text", found: "the byte 0xFF")
    ) {
      try JSONReader().read(Array("[\n \"é".utf8) + [0xFF, 0x22, 0x5D])
    }
  }

  @Test("nesting is limited and never exhausts the stack", arguments: [1, 512, 2048])
  func depth(limit: Int) throws {
    let reader = JSONReader(depthMaximum: limit)
    let fits = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    _ = try reader.read(fits)
    #expect(throws: JSONError.self) { try reader.read("[" + fits + "]") }
    for opening in ["[", "{\"a\":", "[{\"a\":"] {
      let deep = String(repeating: opening, count: 100_000)
      #expect(throws: JSONError.self) { try reader.read(deep) }
    }
  }

  @Test("a text longer than the limit is refused") func size() {
    #expect(throws: JSONError.self) { try JSONReader(sizeMaximum: 4).read("[1,2]") }
  }

  @Test("random bytes never crash the reader", arguments: 0..<50 as Range<UInt64>)
  func randomBytes(seed: UInt64) {
    var draws = Draws(state: seed)
    let alphabet = Array("{}[]\",:\\u0123456789eE+-.truefalsn \n".utf8) + [0x00, 0xC3, 0xA9, 0xFF]
    for _ in 0..<400 {
      let length = Int.random(in: 0...24, using: &draws)
      let bytes = (0..<length).map { _ in alphabet.randomElement(using: &draws) ?? 0 }
      if let value = try? JSONReader().read(bytes) {
        #expect((try? JSONReader().read(value.text())) == value, "\(bytes)")
      }
    }
  }
}
