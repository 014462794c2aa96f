import EngineCore
import Testing

@Suite struct JSONWriterTests {
  @Test("compact and indented text hold the same value") func layouts() throws {
    func write(_ layout: JSONWriter.Layout) -> String {
      var writer = JSONWriter(layout: layout)
      writer.object { writer in
        writer.member("name", "a\"b\\c\u{01}\n\u{7F}é")
        writer.array("list") { writer in
          writer.value(1)
          writer.value(-0.5)
          writer.value(true)
          writer.null()
          writer.array { _ in }
        }
        writer.object("empty") { _ in }
        writer.name("price")
        writer.rawNumber("1.2300")
      }
      return writer.text
    }
    let compact = write(.compact)
    #expect(
      compact == #"{"name":"a\"b\\c\u0001\n\#u{7F}é","list":[1,-0.5,true,null,[]],"#
        + #""empty":{},"price":1.2300}"#)
    let indented = """
      {
        "name": "a\\"b\\\\c\\u0001\\n\u{7F}é",
        "list": [
          1,
          -0.5,
          true,
          null,
          []
        ],
        "empty": {},
        "price": 1.2300
      }
      """
    #expect(write(.indented) == indented)
    #expect(try JSONReader().read(compact) == JSONReader().read(indented))
  }

  @Test("numbers that JSON lacks become null") func notFinite() {
    var writer = JSONWriter()
    writer.array { writer in
      writer.value(Double.infinity)
      writer.value(Double.nan)
      writer.value(1e300)
      writer.value(UInt64.max)
    }
    #expect(writer.text == "[null,null,1e+300,18446744073709551615]")
  }

  @Test("a writer that was emptied starts anew") func reuse() {
    var writer = JSONWriter()
    writer.array { $0.value(1) }
    writer.removeAll()
    writer.value("x")
    #expect(writer.text == "\"x\"")
  }

  @Test("secret names are masked at any depth") func masks() throws {
    let value = try JSONReader().read(#"{"a":{"token":"x"},"b":[{"token":[1]}],"c":"x"}"#)
    #expect(
      value.text(.compact, masking: ["token"])
        == #"{"a":{"token":"***"},"b":[{"token":"***"}],"c":"x"}"#)
  }

  @Test("what is written reads back the same", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var draws = Draws(state: seed)
    let value = Self.value(&draws, depth: 0)
    #expect(try JSONReader().read(value.text(.compact)) == value)
    #expect(try JSONReader().read(value.text(.indented)) == value)
  }

  private static func value(_ draws: inout Draws, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &draws) {
    case 0: return JSONValue(.null)
    case 1: return JSONValue(.bool(Bool.random(using: &draws)))
    case 2: return JSONValue(.number(JSONNumber(Int64.random(in: .min ... .max, using: &draws))))
    case 3:
      let double = Double(bitPattern: draws.next())
      return JSONValue(JSONNumber(double).map { .number($0) } ?? .null)
    case 4: return JSONValue(.string(string(&draws)))
    case 5, 6:
      let count = Int.random(in: 0...4, using: &draws)
      return JSONValue(.array((0..<count).map { _ in value(&draws, depth: depth + 1) }))
    default:
      let count = Int.random(in: 0...4, using: &draws)
      return JSONValue(
        .object(
          (0..<count).map { _ in
            JSONMember(name: string(&draws), value: value(&draws, depth: depth + 1))
          }))
    }
  }

  private static func string(_ draws: inout Draws) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &draws) {
      let limit: UInt32 = [0x20, 0x80, 0x800, 0x11_0000].randomElement(using: &draws) ?? 0x80
      let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &draws))
      text.unicodeScalars.append(scalar ?? "\u{FFFD}")
    }
    return text
  }
}
