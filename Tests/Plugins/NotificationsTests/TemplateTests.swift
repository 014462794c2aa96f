import EngineCore
import Notifications
import Testing

/// What stands in place of fields is data.
@Suite("Templates")
struct TemplateTests {
  private static let hostile = [
    "\", \"admin\": true, \"x\": \"", "line\r\nX-Evil: 1", "{rule}", "{{", "$(rm -rf /)", "`id`",
    "\u{0}\u{1}\u{7f}", "'; DROP TABLE outbox; --", "\u{2028}\u{2029}\u{202E}", "é€😀", "\\",
    "${HOME}",
  ]

  @Test("fields are filled in, braces are written twice")
  func text() throws {
    let template = try TextTemplate(parsing: "{{{rule}}} {symbol}: {value} / {threshold}")
    #expect(template.text(of: Samples.message()) == "{r} EURUSD: 1.1 / 1.095")
  }

  @Test(
    "what is wrong is told with its column",
    arguments: [
      ("{rul}", 1, "\"{rule}\""), ("a {", 3, nil), ("a } b", 3, nil),
    ] as [(String, Int, String?)])
  func faults(source: String, column: Int, suggestion: String?) {
    let fault = #expect(throws: TextTemplate.Fault.self) { try TextTemplate(parsing: source) }
    #expect(fault?.column == column)
    #expect(fault?.suggestion == suggestion)
  }

  @Test("no value changes the shape of a JSON document", arguments: hostile)
  func json(value: String) throws {
    let source = try JSONReader().read(#"{"text":"<{message}>","n":1,"all":"{notifications}"}"#)
    let template = try JSONTemplate(source)
    let text = template.json(of: Samples.message(value, rule: value)).text()
    let read = try JSONReader().read(text)
    #expect(read.object?.map(\.name) == ["text", "n", "all"])
    #expect(read["text"]?.string == "<\(value)>")
    #expect(read["all"]?.array?.first?["members"]?.array?.first?["message"]?.string == value)
    #expect(try JSONReader().read(Samples.message(value).json.text())["key"] != nil)
  }

  @Test("a value is never searched for fields")
  func once() throws {
    let template = try TextTemplate(parsing: "{message}")
    #expect(template.text(of: Samples.message("{rule}")) == "{rule}")
  }

  @Test("nothing in a header begins another line", arguments: hostile)
  func headers(value: String) {
    let encoded = HeaderText.encoded(value)
    #expect(encoded.utf8.allSatisfy { $0 >= 32 && $0 < 127 })
    #expect(!HeaderText.cleaned(value).unicodeScalars.contains { $0 == "\n" || $0 == "\r" })
  }

  @Test("a long text is cut, not a long document")
  func long() throws {
    let template = try TextTemplate(parsing: "{message}")
    #expect(
      template.text(of: Samples.message(String(repeating: "x", count: 500)), most: 100).count == 100
    )
  }
}
